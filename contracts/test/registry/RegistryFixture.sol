// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CompactSignature} from "../../solidity/Statements.sol";
import {SolvencyRegistry} from "../../solidity/SolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {Digests} from "./Digests.sol";
import {MockVerifier} from "./MockVerifier.sol";

/// A registry of its own document, with a key for everybody in it; this contract is admin, registrar and guardian.
abstract contract RegistryFixture is Test {
    uint64 internal constant START = 1_800_000_000;
    /// The current epoch and price round: both begin at `START`.
    uint64 internal constant EPOCH = 50;
    uint64 internal constant ROUND = 10_000;
    uint64 internal constant EPOCH_LENGTH = 1 days;
    uint64 internal constant ROUND_LENGTH = 5 minutes;
    uint64 internal constant SPREAD = 10 minutes;
    uint64 internal constant BOOK_AGE = 12 hours;
    uint64 internal constant VALID_FROM = START - 30 days;
    uint64 internal constant VALID_UNTIL = START + 30 days;
    uint32 internal constant ATTESTOR_SET = 3;
    uint32 internal constant ORACLE_SET = 4;
    uint256 internal constant ATTESTORS_NEEDED = 3;
    uint256 internal constant ORACLES_NEEDED = 3;
    uint256 internal constant ASSETS = 2;
    string internal constant LOG_ORIGIN = "log.example/accounts";

    SolvencyRegistry internal registry;
    Digests internal eip712;
    mapping(string shape => MockVerifier) internal verifiers;
    /// Keys, in the order of their addresses.
    uint256[] internal attestors;
    uint256[] internal oracles;

    function setUpRegistry() internal {
        vm.warp(START);
        attestors = _inOrder("attestor", 5);
        oracles = _inOrder("oracle", 4);
        address[] memory ofShapes = new address[](7);
        ofShapes[0] = _verifier("holdings-16/1", "4", 4);
        ofShapes[1] = _verifier("holdings-256/1", "4", 4);
        ofShapes[2] = _verifier("allocation-2x4/1", "7", 7);
        ofShapes[3] = _verifier("allocation-4x8/1", "13", 13);
        ofShapes[4] = _verifier("repledge-3x4/1", "8", 8);
        ofShapes[5] = _verifier("coverage-flat/1", "4", 4);
        ofShapes[6] = _verifier("coverage-tiered/1", "4", 4);
        bytes memory arguments = abi.encode(registryDocument(), ofShapes, address(this), uint48(0));
        registry = SolvencyRegistry(deploy("SolvencyRegistry", arguments));
        registry.grantRole(registry.REGISTRAR_ROLE(), address(this));
        registry.grantRole(registry.GUARDIAN_ROLE(), address(this));
        eip712 = new Digests(registry.DOMAIN());
    }

    /// The canonical bytes of the document (spec/valuation.md, V2).
    function registryDocument() internal view returns (bytes memory) {
        bytes memory head = abi.encodePacked(_text("solvency-registry/1"), _text("forge"), uint64(1), _text("USD"));
        bytes memory assets = abi.encodePacked(uint64(ASSETS), _text("BTC"), uint64(8), _text("ETH"), uint64(9));
        bytes memory classes = abi.encodePacked(uint64(1), _text("cold"));
        bytes memory schedules = abi.encodePacked(
            START - EPOCH * EPOCH_LENGTH, EPOCH_LENGTH, START - ROUND * ROUND_LENGTH, ROUND_LENGTH
        );
        bytes memory sets = abi.encodePacked(
            _set(ATTESTOR_SET, ATTESTORS_NEEDED, attestors),
            _set(ORACLE_SET, ORACLES_NEEDED, oracles),
            _set(1, 2, _inOrder("witness", 3))
        );
        bytes memory bounds = abi.encodePacked(SPREAD, BOOK_AGE, VALID_FROM, VALID_UNTIL);
        return bytes.concat(head, assets, classes, schedules, sets, bounds);
    }

    // Keys

    function key(string memory role, bytes32 whose) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(role, whose))) >> 1;
    }

    function custodianKey(bytes32 account) internal pure returns (uint256) {
        return key("custodian", account);
    }

    /// Signs the venue's claims.
    function venueKey(bytes32 venue) internal pure returns (uint256) {
        return key("venue", venue);
    }

    /// Signs the venue's releases.
    function releaserKey(bytes32 venue) internal pure returns (uint256) {
        return key("releaser", venue);
    }

    function trader(bytes32 account) internal pure returns (address) {
        return vm.addr(key("trader", account));
    }

    function market(bytes32 venue) internal pure returns (address) {
        return vm.addr(key("market", venue));
    }

    function signed(uint256 by, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(by, digest);
        return abi.encodePacked(r, s, v);
    }

    /// In the form in which a quorum's signatures come.
    function compact(uint8 v, bytes32 r, bytes32 s) internal pure returns (CompactSignature memory) {
        return CompactSignature(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    /// Signatures of the first `needed` of the keys.
    function quorum(uint256[] memory keys, uint256 needed, bytes32 digest)
        internal
        pure
        returns (CompactSignature[] memory all)
    {
        all = new CompactSignature[](needed);
        for (uint256 i = 0; i < needed; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(keys[i], digest);
            all[i] = compact(v, r, s);
        }
    }

    // Registering

    function liabilityBook(bytes32 venue) internal pure returns (bytes32) {
        return keccak256(abi.encode("liability book", venue));
    }

    function registerVenue(bytes32 venue, address settlement, uint24 grace, uint16 lag) internal {
        address signer = vm.addr(venueKey(venue));
        registry.registerVenue(venue, signer, market(venue), liabilityBook(venue), settlement, grace, lag);
    }

    function registerAccount(bytes32 account) internal {
        registry.registerAccount(account, vm.addr(custodianKey(account)), trader(account), LOG_ORIGIN);
    }

    // Sending

    /// The registry accepts the call.
    function accepts(bytes memory call) internal {
        (bool done, bytes memory why) = address(registry).call(call);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(why, 0x20), mload(why))
        }
    }

    /// The registry refuses the call, for exactly this reason.
    function refuses(bytes memory call, bytes memory reason) internal {
        (bool done, bytes memory why) = address(registry).call(call);
        vm.assertFalse(done, "accepted");
        vm.assertEq(why, reason);
    }

    function _verifier(string memory shape, string memory inputs, uint256 count) private returns (address) {
        verifiers[shape] = new MockVerifier(shape, inputs, count);
        return address(verifiers[shape]);
    }

    function _inOrder(string memory role, uint256 count) private pure returns (uint256[] memory keys) {
        keys = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 next = key(role, bytes32(i));
            uint256 place = i;
            for (; place > 0 && vm.addr(keys[place - 1]) > vm.addr(next); --place) {
                keys[place] = keys[place - 1];
            }
            keys[place] = next;
        }
    }

    function _text(bytes memory text) private pure returns (bytes memory) {
        return abi.encodePacked(uint64(text.length), text);
    }

    function _set(uint32 version, uint256 threshold, uint256[] memory keys) private pure returns (bytes memory set) {
        set = abi.encodePacked(uint64(version), uint64(threshold), uint64(keys.length));
        for (uint256 i = 0; i < keys.length; ++i) {
            set = abi.encodePacked(set, _text(abi.encodePacked(vm.addr(keys[i]))));
        }
    }
}
