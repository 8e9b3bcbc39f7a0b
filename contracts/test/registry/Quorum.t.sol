// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {BookAttestation, CompactSignature, CoverageStatement, PriceRound} from "../../solidity/Statements.sol";
import {Signers} from "../../solidity/registry/Signers.sol";
import {Update} from "./HonestSteps.sol";
import {OnePosition} from "./OnePosition.sol";

/// A quorum is accepted if and only if its signatures are of enough members, distinct and in order, unrevoked, and all of them right.
contract QuorumTest is OnePosition {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
    /// The largest s that a signature has room for: above half the order.
    uint256 private constant LARGEST_S = type(uint256).max >> 1;

    /// What can be wrong with a signature, whoever made it.
    enum Fault {
        None,
        /// The other solution of the same equation, n − s, and the other v. Its top bit has no room.
        Mirrored,
        AboveHalf,
        OtherMessage,
        OtherV,
        /// r is no point's coordinate.
        NoPoint
    }

    struct Signing {
        uint256 by;
        Fault fault;
    }

    function signedWith(Signing memory one, bytes32 digest) private pure returns (CompactSignature memory) {
        if (one.fault == Fault.OtherMessage) digest = ~digest;
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(one.by, digest);
        if (one.fault == Fault.Mirrored) return compact(v ^ 7, r, bytes32(ORDER - uint256(s)));
        if (one.fault == Fault.AboveHalf) return compact(v, r, bytes32(LARGEST_S));
        if (one.fault == Fault.OtherV) return compact(v ^ 7, r, s);
        if (one.fault == Fault.NoPoint) return compact(v, 0, s);
        return compact(v, r, s);
    }

    function signedBy(Signing[] memory all, bytes32 digest)
        private
        pure
        returns (CompactSignature[] memory signatures)
    {
        signatures = new CompactSignature[](all.length);
        for (uint256 i = 0; i < all.length; ++i) {
            signatures[i] = signedWith(all[i], digest);
        }
    }

    // The two sets, through every function that asks them

    function attesting(Signing[] memory all) private view returns (bytes memory) {
        BookAttestation memory attested_ = bookOf(ACCOUNT, list("another root"));
        return abi.encodeCall(registry.recordBook, (attested_, signedBy(all, eip712.digest(attested_))));
    }

    function checking(Signing[] memory all) private view returns (bytes memory) {
        PriceRound memory round = roundOf(ROUND, list(VENUE));
        return abi.encodeCall(registry.checkRound, (VENUE, round, signedBy(all, eip712.digest(round))));
    }

    function covering(Signing[] memory all) private view returns (bytes memory) {
        PriceRound memory round = roundOf(ROUND, list(VENUE));
        CoverageStatement[] memory one = new CoverageStatement[](1);
        one[0] = coverageOf(claim, pledge, round);
        Update memory update = updateOf(round, one);
        update.signatures = signedBy(all, eip712.digest(round));
        return updateCall(update);
    }

    // Random sets

    /// A random selection of members and strangers in order; then, perhaps, one is doubled, two change places, one is faulty.
    function selected(uint256 seed, uint256[] memory members, uint256[] memory strangers)
        private
        pure
        returns (Signing[] memory all)
    {
        uint256 stranger = strangers[seed % strangers.length];
        uint256[] memory keys = inserted(members, members.length, stranger);
        uint256 chosen = seed >> 8;
        Signing[] memory most = new Signing[](keys.length + 1);
        uint256 count = 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            uint256 odds = keys[i] == stranger ? 64 : 176;
            if (uint8(chosen >> (8 * i)) < odds) most[count++].by = keys[i];
        }
        uint256 change = (seed >> 80) % 8;
        uint256 place = count == 0 ? 0 : (seed >> 96) % count;
        if (count > 0 && change == 0) most[count++] = most[place];
        if (count > 1 && change == 1) (most[0], most[place]) = (most[place], most[0]);
        if (count > 0 && change == 2) most[place] = Signing(most[place].by, Fault(1 + (seed >> 112) % 5));
        all = new Signing[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i] = most[i];
        }
    }

    /// The first `count` keys and one more, in the order of their addresses.
    function inserted(uint256[] memory keys, uint256 count, uint256 one) private pure returns (uint256[] memory all) {
        all = new uint256[](count + 1);
        uint256 place = 0;
        while (place < count && vm.addr(keys[place]) < vm.addr(one)) {
            all[place] = keys[place];
            ++place;
        }
        all[place] = one;
        for (; place < count; ++place) {
            all[place + 1] = keys[place];
        }
    }

    /// In the specification's words.
    function isQuorum(Signing[] memory all, uint256[] memory members, uint256 needed, uint256 revoked)
        private
        pure
        returns (bool)
    {
        uint256 last = 0;
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i].fault != Fault.None) return false;
            // Places of members count from one, and increase with the addresses.
            uint256 place = 0;
            for (uint256 j = 0; j < members.length; ++j) {
                if (members[j] == all[i].by && j != revoked) place = j + 1;
            }
            if (place <= last) return false;
            last = place;
        }
        return all.length >= needed;
    }

    function answers(bytes memory call, bool expected) private {
        (bool done,) = address(registry).call(call);
        vm.assertTrue(done == expected, expected ? "a quorum is refused" : "what is no quorum is accepted");
    }

    /// Returns which of both were quorums.
    function tryBoth(uint256 seed) private returns (bool attested_, bool priced) {
        // Often nobody is revoked.
        uint256 revoked = (seed >> 128) % 8;
        if (revoked < attestors.length) registry.revokeSigner(vm.addr(attestors[revoked]));
        if (revoked < oracles.length) registry.revokeSigner(vm.addr(oracles[revoked]));
        Signing[] memory some = selected(seed, attestors, oracles);
        attested_ = isQuorum(some, attestors, ATTESTORS_NEEDED, revoked);
        answers(attesting(some), attested_);
        some = selected(seed, oracles, attestors);
        priced = isQuorum(some, oracles, ORACLES_NEEDED, revoked);
        answers(checking(some), priced);
        answers(covering(some), priced);
    }

    /// forge-config: default.fuzz.runs = 250
    function test_a_quorum_is_enough_distinct_unrevoked_members_in_order(uint256 seed) public {
        tryBoth(seed);
    }

    function test_random_signatures_are_quorums_and_are_none() public {
        uint256[2] memory quorums;
        for (uint256 i = 0; i < 100; ++i) {
            uint256 snapshot = vm.snapshotState();
            (bool attested_, bool priced) = tryBoth(uint256(keccak256(abi.encode(i))));
            vm.revertToState(snapshot);
            if (attested_) ++quorums[0];
            if (priced) ++quorums[1];
        }
        for (uint256 i = 0; i < 2; ++i) {
            vm.assertGe(quorums[i], 20);
            vm.assertLe(quorums[i], 80);
        }
    }

    // One fault

    function quorumOf(uint256[] memory keys, uint256 count) private pure returns (Signing[] memory all) {
        all = new Signing[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i].by = keys[i];
        }
    }

    function refusesAll(Signing[] memory ofAttestors, Signing[] memory ofOracles, bytes memory a, bytes memory o) private {
        refuses(attesting(ofAttestors), a);
        refuses(checking(ofOracles), o);
        refuses(covering(ofOracles), o);
    }

    function test_every_number_from_the_threshold_on_is_enough() public {
        bytes memory reason = abi.encodeWithSelector(Signers.TooFewSigners.selector, 2, 3);
        refusesAll(quorumOf(attestors, 2), quorumOf(oracles, 2), reason, reason);
        refusesAll(
            quorumOf(attestors, 0),
            quorumOf(oracles, 0),
            abi.encodeWithSelector(Signers.TooFewSigners.selector, 0, 3),
            abi.encodeWithSelector(Signers.TooFewSigners.selector, 0, 3)
        );
        for (uint256 count = 3; count <= 5; ++count) {
            uint256 snapshot = vm.snapshotState();
            accepts(attesting(quorumOf(attestors, count)));
            if (count < 5) accepts(covering(quorumOf(oracles, count)));
            vm.revertToState(snapshot);
        }
    }

    function test_a_signature_has_one_form() public {
        for (uint256 place = 0; place < 4; ++place) {
            (Signing[] memory a, Signing[] memory o) = (quorumOf(attestors, 4), quorumOf(oracles, 4));
            (a[place].fault, o[place].fault) = (Fault.AboveHalf, Fault.AboveHalf);
            bytes memory reason = abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureS.selector, LARGEST_S);
            refusesAll(a, o, reason, reason);
            (a[place].fault, o[place].fault) = (Fault.NoPoint, Fault.NoPoint);
            reason = abi.encodeWithSelector(ECDSA.ECDSAInvalidSignature.selector);
            refusesAll(a, o, reason, reason);
            // Of some other key, or of none.
            for (uint256 fault = 0; fault < 2; ++fault) {
                a[place].fault = fault == 0 ? Fault.Mirrored : Fault.OtherV;
                o[place].fault = a[place].fault;
                answers(attesting(a), false);
                answers(checking(o), false);
                answers(covering(o), false);
            }
        }
    }

    function test_a_member_of_the_other_set_is_nobody() public {
        // In their places by address, so that nothing else is wrong.
        uint256[] memory a = inserted(attestors, 3, oracles[0]);
        uint256[] memory o = inserted(oracles, 3, attestors[0]);
        refusesAll(
            quorumOf(a, 4),
            quorumOf(o, 4),
            abi.encodeWithSelector(Signers.UnknownSigner.selector, vm.addr(oracles[0])),
            abi.encodeWithSelector(Signers.UnknownSigner.selector, vm.addr(attestors[0]))
        );
    }

    function test_a_revoked_member_is_refused_beside_enough_others() public {
        registry.revokeSigner(vm.addr(attestors[1]));
        registry.revokeSigner(vm.addr(oracles[1]));
        refusesAll(
            quorumOf(attestors, 4),
            quorumOf(oracles, 4),
            abi.encodeWithSelector(Signers.RevokedSigner.selector, vm.addr(attestors[1])),
            abi.encodeWithSelector(Signers.RevokedSigner.selector, vm.addr(oracles[1]))
        );
        Signing[] memory others = quorumOf(oracles, 4);
        others[1] = others[2];
        others[2] = others[3];
        assembly ("memory-safe") {
            mstore(others, 3)
        }
        accepts(covering(others));
    }

    function test_nobody_stands_twice_or_out_of_order() public {
        (Signing[] memory a, Signing[] memory o) = (quorumOf(attestors, 4), quorumOf(oracles, 4));
        (a[3], o[3]) = (a[2], o[2]);
        bytes4 selector = Signers.SignerNotIncreasing.selector;
        refusesAll(
            a, o, abi.encodeWithSelector(selector, vm.addr(attestors[2])), abi.encodeWithSelector(selector, vm.addr(oracles[2]))
        );
        (a[3], o[3]) = (a[0], o[0]);
        refusesAll(
            a, o, abi.encodeWithSelector(selector, vm.addr(attestors[0])), abi.encodeWithSelector(selector, vm.addr(oracles[0]))
        );
    }
}
