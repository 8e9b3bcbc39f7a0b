// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {CoverageFeed} from "../../solidity/CoverageFeed.sol";
import {AllocationStatement} from "../../solidity/Statements.sol";
import {CoverageState, ISolvencyRegistry} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {OnePosition} from "./OnePosition.sol";

/// As those who read it have it at hand.
interface AggregatorV3Interface {
    function decimals() external view returns (uint8);
    function description() external view returns (string memory);
    function version() external view returns (uint256);
    function getRoundData(uint80 roundId)
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
    function latestRoundData()
        external
        view
        returns (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}

/// A position as a price feed, and what the registry says of its interfaces.
contract CoverageFeedTest is OnePosition {
    AggregatorV3Interface private feed;

    function setUp() public override {
        super.setUp();
        feed = AggregatorV3Interface(deploy("CoverageFeed", abi.encode(registry, ACCOUNT, VENUE)));
    }

    function assertAnswer(uint64 round, uint64 until, uint64 recordedAt) private view {
        (uint80 id, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredIn) = feed.latestRoundData();
        vm.assertEq(id, round);
        vm.assertTrue(answer == int256(uint256(until)));
        vm.assertEq(startedAt, recordedAt);
        vm.assertEq(updatedAt, recordedAt);
        vm.assertEq(answeredIn, round);
        (uint80 id2, int256 answer2, uint256 startedAt2, uint256 updatedAt2, uint80 answeredIn2) = feed.getRoundData(round);
        bytes memory latest = abi.encode(id, answer, startedAt, updatedAt, answeredIn);
        vm.assertEq(abi.encode(id2, answer2, startedAt2, updatedAt2, answeredIn2), latest);
    }

    function test_it_says_what_it_is() public view {
        vm.assertEq(feed.decimals(), 0);
        vm.assertEq(feed.version(), 1);
        vm.assertEq(feed.description(), "covered until");
        CoverageFeed itself = CoverageFeed(address(feed));
        vm.assertEq(address(itself.REGISTRY()), address(registry));
        vm.assertEq(itself.ACCOUNT(), ACCOUNT);
        vm.assertEq(itself.VENUE(), VENUE);
    }

    /// A bound pledge is no coverage.
    function test_before_any_coverage_there_is_no_answer() public {
        bytes memory reason = abi.encodeWithSelector(CoverageFeed.NoCoverage.selector);
        vm.expectRevert(reason);
        feed.latestRoundData();
        vm.expectRevert(reason);
        feed.getRoundData(0);
    }

    function test_the_answer_is_the_time_until_which_the_position_is_covered() public {
        vm.warp(START + 10);
        accepts(coverage());
        assertAnswer(ROUND, TOO_OLD, START + 10);
        vm.warp(START + ROUND_LENGTH + 20);
        accepts(coverage());
        assertAnswer(ROUND + 1, TOO_OLD + ROUND_LENGTH, START + ROUND_LENGTH + 20);
    }

    function test_only_the_last_round_is_kept() public {
        accepts(coverage());
        vm.warp(START + ROUND_LENGTH);
        accepts(coverage());
        uint80[4] memory others = [uint80(ROUND), uint80(ROUND + 2), 0, (1 << 64) + uint80(ROUND + 1)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(CoverageFeed.RoundNotKept.selector, others[i], ROUND + 1));
            feed.getRoundData(others[i]);
        }
    }

    /// An answer in the past says since when the position is not covered.
    function test_the_answer_of_an_expired_position_stays() public {
        accepts(coverage());
        vm.warp(TOO_OLD + GRACE);
        assertState(CoverageState.Expired);
        assertAnswer(ROUND, TOO_OLD, START);
        accepts(abi.encodeCall(registry.markExpired, (ACCOUNT, VENUE)));
        assertAnswer(ROUND, TOO_OLD, START);
    }

    function test_the_answer_is_cut_short_where_coverage_ends_sooner() public {
        accepts(coverage());
        vm.warp(START + 20);
        accepts(claimCall(claimOf(ACCOUNT, VENUE, 2)));
        assertAnswer(ROUND, START + 20, START);
    }

    function test_the_answer_is_cut_short_by_a_breach() public {
        accepts(coverage());
        AllocationStatement memory second = allocation();
        second.nonce = "another";
        uint256 by = custodianKey(ACCOUNT);
        bytes memory ofFirst = signed(by, eip712.digest(allocation()));
        vm.warp(START + 20);
        registry.reportEquivocation(allocation(), ofFirst, second, signed(by, eip712.digest(second)));
        assertAnswer(ROUND, START + 20, START);
        // A later coverage is recorded, and does not count.
        vm.warp(START + ROUND_LENGTH);
        accepts(coverage());
        assertAnswer(ROUND + 1, START + 20, START + ROUND_LENGTH);
    }

    function test_the_registry_names_its_interfaces() public view {
        vm.assertTrue(registry.supportsInterface(type(ISolvencyRegistry).interfaceId));
        vm.assertTrue(registry.supportsInterface(type(IERC165).interfaceId));
        vm.assertTrue(registry.supportsInterface(type(IAccessControl).interfaceId));
        vm.assertFalse(registry.supportsInterface(0xffffffff));
        vm.assertFalse(registry.supportsInterface(AggregatorV3Interface.latestRoundData.selector));
    }
}
