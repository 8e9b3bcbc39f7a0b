// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {Claim, HoldingsStatement} from "../../solidity/Statements.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Calendar} from "../../solidity/registry/Calendar.sol";
import {Directory} from "../../solidity/registry/Directory.sol";
import {OnePosition} from "./OnePosition.sol";

/// When the registry records, and whom it registers.
contract DirectoryTest is OnePosition {
    /// A call of every function that records something.
    function everyStep() private view returns (bytes[6] memory) {
        HoldingsStatement memory holdings = holdingsOf(book(), 1, "total");
        return [
            bookCall(bookOf(ACCOUNT, list("another root"))),
            holdingsCall(book(), holdings),
            spending(1),
            claimCall(claimOf(ACCOUNT, VENUE, 2)),
            bindCall(claim, pledge),
            coverage()
        ];
    }

    function test_nothing_is_recorded_before_the_registry_is_in_force_or_after() public {
        bytes memory reason = abi.encodeWithSelector(Calendar.RegistryNotInForce.selector, VALID_FROM, VALID_UNTIL);
        uint64[2] memory outside = [VALID_FROM - 1, VALID_UNTIL];
        for (uint256 i = 0; i < 2; ++i) {
            bytes[6] memory steps = everyStep();
            vm.warp(outside[i]);
            for (uint256 step = 0; step < 6; ++step) {
                refuses(steps[step], reason);
            }
        }
    }

    function test_the_registry_is_in_force_from_its_first_second_to_the_one_before_its_end() public {
        uint64[2] memory within = [VALID_FROM, VALID_UNTIL - 1];
        for (uint64 i = 0; i < 2; ++i) {
            vm.warp(within[i]);
            accepts(bookCall(bookOf(ACCOUNT, list("root"))));
            accepts(claimCall(claimOf(ACCOUNT, VENUE, 2 + i)));
        }
    }

    /// Nobody is covered beyond the registry's end, whatever claim and allocation say.
    function test_coverage_ends_with_the_registry() public {
        vm.warp(VALID_UNTIL - ROUND_LENGTH);
        allocate();
        claim = claimOf(ACCOUNT, VENUE, 2);
        claim.expiry = VALID_UNTIL + 1 days;
        accepts(claimCall(claim));
        pledge = pledgeOf(allocation(), 1, VENUE);
        accepts(bindCall(claim, pledge));
        accepts(coverage());
        (uint64 until,,) = registry.coverageOf(ACCOUNT, VENUE);
        vm.assertEq(until, VALID_UNTIL);
        vm.warp(VALID_UNTIL);
        assertState(CoverageState.Grace);
        vm.warp(VALID_UNTIL + GRACE);
        accepts(abi.encodeCall(registry.markExpired, (ACCOUNT, VENUE)));
    }

    function test_nothing_is_recorded_in_a_pause() public {
        bytes[6] memory steps = everyStep();
        registry.pause();
        for (uint256 step = 0; step < 6; ++step) {
            refuses(steps[step], abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        }
        refuses(
            abi.encodeCall(registry.markExpired, (ACCOUNT, VENUE)), abi.encodeWithSelector(Pausable.EnforcedPause.selector)
        );
        registry.unpause();
        for (uint256 step = 0; step < 4; ++step) {
            accepts(steps[step]);
        }
    }

    function test_grace_is_at_most_seven_days() public {
        bytes memory reason = abi.encodeWithSelector(Directory.GraceTooLong.selector, 7 days + 1);
        refuses(venueCall("a patient venue", 7 days + 1), reason);
        accepts(venueCall("a patient venue", 7 days));
        accepts(venueCall("an impatient venue", 0));
    }

    function test_venues_and_accounts_are_registered_once() public {
        refuses(venueCall(VENUE, 0), abi.encodeWithSelector(Directory.AlreadyRegistered.selector, VENUE));
        refuses(
            abi.encodeCall(registry.registerAccount, (ACCOUNT, address(1), address(2), LOG_ORIGIN)),
            abi.encodeWithSelector(Directory.AlreadyRegistered.selector, ACCOUNT)
        );
        // Nor again after they retired.
        registry.retireVenue(VENUE);
        registry.retireAccount(ACCOUNT);
        refuses(venueCall(VENUE, 0), abi.encodeWithSelector(Directory.AlreadyRegistered.selector, VENUE));
        refuses(
            abi.encodeCall(registry.registerAccount, (ACCOUNT, address(1), address(2), LOG_ORIGIN)),
            abi.encodeWithSelector(Directory.AlreadyRegistered.selector, ACCOUNT)
        );
    }

    function test_nothing_is_missing_in_a_registration() public {
        bytes memory reason = abi.encodeWithSelector(Directory.Missing.selector);
        (bytes32 id, address one) = ("new", address(1));
        refuses(abi.encodeCall(registry.registerVenue, (0, one, one, "book", one, 0, 0)), reason);
        refuses(abi.encodeCall(registry.registerVenue, (id, address(0), one, "book", one, 0, 0)), reason);
        refuses(abi.encodeCall(registry.registerVenue, (id, one, address(0), "book", one, 0, 0)), reason);
        refuses(abi.encodeCall(registry.registerVenue, (id, one, one, 0, one, 0, 0)), reason);
        refuses(abi.encodeCall(registry.registerVenue, (id, one, one, "book", address(0), 0, 0)), reason);
        refuses(abi.encodeCall(registry.registerAccount, (0, one, one, LOG_ORIGIN)), reason);
        refuses(abi.encodeCall(registry.registerAccount, (id, address(0), one, LOG_ORIGIN)), reason);
        refuses(abi.encodeCall(registry.registerAccount, (id, one, address(0), LOG_ORIGIN)), reason);
    }

    function test_a_newer_claim_brings_the_terms_of_its_venue_and_no_others() public {
        registerVenue("another venue", SETTLEMENT, 0, 0);
        Claim memory other = claimOf(ACCOUNT, "another venue", 1);
        accepts(claimCall(other));
        accepts(coverage());
        // Neither lag nor grace of the other venue.
        (uint64 until,,) = registry.coverageOf(ACCOUNT, VENUE);
        vm.assertEq(until, TOO_OLD);
        vm.warp(TOO_OLD + GRACE - 1);
        assertState(CoverageState.Grace);
        vm.warp(TOO_OLD + GRACE);
        assertState(CoverageState.Expired);
    }

    function venueCall(bytes32 venue, uint24 grace) private view returns (bytes memory) {
        return abi.encodeCall(
            registry.registerVenue, (venue, address(1), address(2), liabilityBook(venue), SETTLEMENT, grace, LAG)
        );
    }
}
