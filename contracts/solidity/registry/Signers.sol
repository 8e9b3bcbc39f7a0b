// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {RegistryTerms, SignerSet} from "./RegistryDocument.sol";

/// Whose signatures count: the registry's attestors and oracles, k of n, without those that were revoked.
///
/// A quorum shows that k keys signed; not that their holders looked. Signers are never added: another set is another registry.
abstract contract Signers {
    uint256 internal constant ATTESTOR = 1;
    uint256 internal constant ORACLE = 2;
    uint256 internal constant REVOKED = 4;

    /// Version of the attestor set, and how many distinct members are needed.
    uint32 internal immutable ATTESTOR_SET_VERSION;
    uint256 internal immutable ATTESTOR_THRESHOLD;
    /// Version of the oracle set, and how many distinct members are needed.
    uint32 internal immutable ORACLE_SET_VERSION;
    uint256 internal immutable ORACLE_THRESHOLD;

    mapping(address signer => uint256 flags) private _standing;

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
        ATTESTOR_THRESHOLD = terms.attestors.threshold;
        ORACLE_SET_VERSION = terms.oracles.version;
        ORACLE_THRESHOLD = terms.oracles.threshold;
        _admit(terms.attestors, ATTESTOR);
        _admit(terms.oracles, ORACLE);
    }

    /// Whether the address is an attestor or an oracle of the registry, and whether it was revoked, in whatever role.
    function standingOf(address signer) external view returns (bool attestor, bool oracle, bool revoked) {
        uint256 standing = _standing[signer];
        return (standing & ATTESTOR != 0, standing & ORACLE != 0, standing & REVOKED != 0);
    }

    function _revoke(address signer) internal {
        _standing[signer] |= REVOKED;
        emit SignerRevoked(signer);
    }

    /// Reverts unless all signatures are of distinct, unrevoked members of the set, and as many as the threshold. One wrong
    /// signature among enough right ones is refused too.
    function _checkQuorum(bytes32 digest, bytes[] calldata signatures, uint256 set, uint256 threshold) internal view {
        if (signatures.length < threshold) revert TooFewSigners(signatures.length, threshold);
        address previous = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = ECDSA.recoverCalldata(digest, signatures[i]);
            if (signer <= previous) revert SignerNotIncreasing(signer);
            uint256 standing = _standing[signer];
            if (standing & set == 0) revert UnknownSigner(signer);
            if (standing & REVOKED != 0) revert RevokedSigner(signer);
            previous = signer;
        }
    }

    /// Reverts unless `expected` signed and was not revoked.
    function _checkSigner(bytes32 digest, bytes calldata signature, address expected) internal view {
        address signer = ECDSA.recoverCalldata(digest, signature);
        if (signer != expected) revert WrongSigner(signer, expected);
        if (_standing[signer] & REVOKED != 0) revert RevokedSigner(signer);
    }

    function _admit(SignerSet memory set, uint256 role) private {
        for (uint256 i = 0; i < set.members.length; ++i) {
            _standing[set.members[i]] |= role;
        }
    }
}
