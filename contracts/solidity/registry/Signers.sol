// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {CompactSignature} from "../Statements.sol";
import {RegistryTerms} from "./RegistryDocument.sol";

/// Code that is data: addresses one after the other, behind a byte that stops who calls it.
///
/// All of it is read at the price of one account, whereas every slot of storage costs about as much.
contract SignerList {
    constructor(bytes memory addresses) {
        bytes memory code = bytes.concat(hex"00", addresses);
        assembly ("memory-safe") {
            return(add(code, 0x20), mload(code))
        }
    }
}

/// Whose signatures count: the registry's attestors and oracles, k of n, without those that were revoked.
///
/// A quorum shows that k keys signed; not that their holders looked. Signers are never added: another set is another registry.
abstract contract Signers {
    /// What the guardian decided, in the one word that is read whenever something is recorded.
    struct Guarded {
        /// The last pause, `[pauseStart, pauseEnd)`; its end is ahead while it lasts.
        uint40 pauseStart;
        uint40 pauseEnd;
        /// Bit `i`: the member `i` of the set, by its address, was revoked. Sets have at most 64 members.
        uint64 revokedAttestors;
        uint64 revokedOracles;
    }

    /// Version of the attestor set, its size, and how many distinct members are needed.
    uint32 internal immutable ATTESTOR_SET_VERSION;
    uint256 private immutable _ATTESTOR_COUNT;
    uint256 private immutable _ATTESTOR_THRESHOLD;
    /// Version of the oracle set, its size, and how many distinct members are needed.
    uint32 internal immutable ORACLE_SET_VERSION;
    uint256 private immutable _ORACLE_COUNT;
    uint256 private immutable _ORACLE_THRESHOLD;
    /// The attestors, then the oracles, each in increasing order.
    SignerList private immutable _MEMBERS;

    Guarded internal _guarded;
    mapping(address signer => bool) private _revoked;

    /// The signer's signatures no longer count.
    event SignerRevoked(address indexed signer);

    /// B1, V1: fewer signatures than the set's threshold.
    error TooFewSigners(uint256 got, uint256 needed);
    /// B1, V1: signatures come in increasing order of their signers' addresses, which keeps them distinct; this one does not.
    error SignerNotIncreasing(address signer);
    /// B1, V1: the signature is of nobody in the set, or of another message.
    error UnknownSigner(address signer);
    /// B1, V1, A0, C1: the signer was revoked.
    error RevokedSigner(address signer);
    /// A0, L4, C1: the signature is of somebody else, or of another message.
    error WrongSigner(address signer, address expected);

    constructor(RegistryTerms memory terms) {
        ATTESTOR_SET_VERSION = terms.attestors.version;
        _ATTESTOR_COUNT = terms.attestors.members.length;
        _ATTESTOR_THRESHOLD = terms.attestors.threshold;
        ORACLE_SET_VERSION = terms.oracles.version;
        _ORACLE_COUNT = terms.oracles.members.length;
        _ORACLE_THRESHOLD = terms.oracles.threshold;
        _MEMBERS = new SignerList(bytes.concat(_sorted(terms.attestors.members), _sorted(terms.oracles.members)));
    }

    /// Whether the address is an attestor or an oracle of the registry, and whether it was revoked, in whatever role.
    function standingOf(address signer) external view returns (bool attestor, bool oracle, bool revoked) {
        (attestor,) = _find(_attestors(), 0, signer);
        (oracle,) = _find(_oracles(), 0, signer);
        revoked = _revoked[signer];
    }

    function _revoke(address signer) internal {
        _revoked[signer] = true;
        (bool attestor, uint256 index) = _find(_attestors(), 0, signer);
        if (attestor) _guarded.revokedAttestors |= uint64(1 << index);
        bool oracle;
        (oracle, index) = _find(_oracles(), 0, signer);
        if (oracle) _guarded.revokedOracles |= uint64(1 << index);
        emit SignerRevoked(signer);
    }

    /// B1.
    function _checkAttestors(bytes32 digest, CompactSignature[] calldata signatures) internal view {
        _checkThreshold(signatures.length, _ATTESTOR_THRESHOLD);
        _checkMembers(digest, signatures, _attestors(), _guarded.revokedAttestors);
    }

    /// V1.
    function _checkOracles(bytes32 digest, CompactSignature[] calldata signatures) internal view {
        _checkThreshold(signatures.length, _ORACLE_THRESHOLD);
        _checkMembers(digest, signatures, _oracles(), _guarded.revokedOracles);
    }

    /// Reverts unless `expected` signed and was not revoked.
    function _checkSigner(bytes32 digest, bytes calldata signature, address expected) internal view {
        address signer = ECDSA.recoverCalldata(digest, signature);
        if (signer != expected) revert WrongSigner(signer, expected);
        if (_revoked[signer]) revert RevokedSigner(signer);
    }

    function _checkThreshold(uint256 got, uint256 needed) private pure {
        if (got < needed) revert TooFewSigners(got, needed);
    }

    /// Reverts unless all signatures are of distinct, unrevoked members. One wrong signature among enough right ones is refused too.
    function _checkMembers(
        bytes32 digest,
        CompactSignature[] calldata signatures,
        bytes memory members,
        uint256 revoked
    ) private pure {
        address previous = address(0);
        uint256 index = 0;
        for (uint256 i = 0; i < signatures.length; ++i) {
            CompactSignature calldata signature = signatures[i];
            address signer = ECDSA.recover(digest, signature.r, signature.vs);
            if (signer <= previous) revert SignerNotIncreasing(signer);
            bool found;
            (found, index) = _find(members, index, signer);
            if (!found) revert UnknownSigner(signer);
            if ((revoked >> index) & 1 != 0) revert RevokedSigner(signer);
            previous = signer;
        }
    }

    function _attestors() private view returns (bytes memory) {
        return _load(0, _ATTESTOR_COUNT);
    }

    function _oracles() private view returns (bytes memory) {
        return _load(_ATTESTOR_COUNT, _ORACLE_COUNT);
    }

    /// Members of the list, 20 bytes each.
    function _load(uint256 first, uint256 count) private view returns (bytes memory members) {
        members = new bytes(20 * count);
        SignerList list = _MEMBERS;
        assembly ("memory-safe") {
            extcodecopy(list, add(members, 0x20), add(1, mul(20, first)), mul(20, count))
        }
    }

    /// The place of a signer among members in increasing order, looked for from `start` on.
    function _find(bytes memory members, uint256 start, address signer) private pure returns (bool found, uint256 index) {
        uint256 wanted = uint160(signer);
        index = start;
        assembly ("memory-safe") {
            let end := add(add(members, 0x20), mload(members))
            let at := add(add(members, 0x20), mul(20, index))
            for {} lt(at, end) { at := add(at, 20) } {
                let member := shr(96, mload(at))
                if iszero(lt(member, wanted)) {
                    found := eq(member, wanted)
                    break
                }
                index := add(index, 1)
            }
        }
    }

    /// Distinct addresses in increasing order, 20 bytes each.
    function _sorted(address[] memory members) private pure returns (bytes memory packed) {
        packed = "";
        address[] memory sorted = Arrays.sort(members);
        for (uint256 i = 0; i < sorted.length; ++i) {
            packed = bytes.concat(packed, bytes20(sorted[i]));
        }
    }
}
