// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CompactSignature} from "../../solidity/Statements.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {PositionState} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";

/// What happens when everybody does what the contract lets them do.
contract LifeTest is EscrowTest {
    function test_a_position_lives_and_is_settled() public {
        uint256 id = opened();
        vm.prank(TRADER);
        escrow.topUp(id, 5e8);
        vm.prank(TRADER);
        escrow.release(id, 11e8);
        vm.assertEq(escrow.positionOf(id).deposit, MINIMUM);
        vm.prank(MARKET);
        escrow.offerSettlement(id, 1e8);
        vm.prank(TRADER);
        escrow.acceptSettlement(id, 1e8);
        assertState(id, PositionState.Closed);
        vm.assertEq(free(TRADER), 99e8);
        vm.assertEq(free(MARKET), 1e8);
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 99e8, STRANGER);
        vm.prank(MARKET);
        escrow.withdraw(address(collateral), 1e8, MARKET);
        vm.assertEq(collateral.balanceOf(STRANGER), 99e8);
        vm.assertEq(collateral.balanceOf(address(escrow)), 0);
    }

    function test_a_pledge_that_the_venue_never_opens_comes_back() public {
        uint256 id = pledged();
        vm.assertEq(free(TRADER), 90e8);
        vm.prank(TRADER);
        escrow.cancel(id);
        vm.assertEq(free(TRADER), 100e8);
        assertState(id, PositionState.Closed);
    }

    function test_the_venue_releases_below_the_minimum_and_closes() public {
        uint256 id = opened();
        cover(CoverageState.Expired);
        vm.prank(MARKET);
        escrow.release(id, DEPOSIT - 1);
        vm.assertEq(escrow.positionOf(id).deposit, 1);
        vm.prank(MARKET);
        escrow.close(id);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_coverage_answers_a_call() public {
        uint256 id = called();
        cover(CoverageState.Covered);
        vm.prank(STRANGER);
        escrow.answer(id);
        assertState(id, PositionState.Open);
        vm.assertEq(escrow.positionOf(id).called, 0);
    }

    function test_a_deposit_answers_a_call_at_the_called_amount_and_not_one_below() public {
        uint256 id = called();
        vm.prank(TRADER);
        escrow.topUp(id, DEPOSIT - 1);
        assertState(id, PositionState.Called);
        vm.prank(TRADER);
        escrow.topUp(id, 1);
        assertState(id, PositionState.Open);
        (, bool secured) = escrow.securityOf(id);
        vm.assertTrue(secured);
        // The venue can ask for more, from here.
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT + 1);
        (, secured) = escrow.securityOf(id);
        vm.assertFalse(secured);
    }

    function test_a_deposit_answers_after_the_deadline_as_long_as_nobody_liquidates() public {
        uint256 id = lapsed();
        vm.prank(TRADER);
        escrow.topUp(id, DEPOSIT);
        assertState(id, PositionState.Open);
    }

    function test_a_raise_gives_the_full_time_again() public {
        uint256 id = called();
        vm.warp(START + 1 days - 1);
        vm.prank(MARKET);
        escrow.marginCall(id, 3 * DEPOSIT);
        vm.assertEq(escrow.deadlineOf(id), START + 2 days - 1);
        cover(CoverageState.Expired);
        vm.warp(START + 2 days - 2);
        refuses(PositionBook.CallRunning.selector, START + 2 days - 1);
        liquidate(id, LOSS);
        vm.warp(START + 2 days - 1);
        liquidate(id, LOSS);
    }

    function test_an_auction_pays_the_venue_and_the_rest_is_the_operators() public {
        uint256 id = liquidating(LOSS);
        // At the start a whole asset costs 52,500: 100,000 are paid by 1.904761904… of them, rounded up to base units.
        (uint256 price, uint128 most, uint256 all, uint256 end) = escrow.auctionOf(id);
        vm.assertEq(price, 52_500e12);
        vm.assertEq(most, 190_476_191);
        vm.assertEq(end, block.timestamp + 6 hours);
        (uint128 amount, uint256 cost) = buy(id, type(uint128).max);
        vm.assertEq(amount, 190_476_191);
        vm.assertEq(cost, all);
        // The last base unit cost 275 millionths more than was owed: the operator's.
        vm.assertEq(cost, 100_000_000_275);
        vm.assertEq(proceeds(MARKET), LOSS);
        vm.assertEq(proceeds(TRADER), 275);
        vm.assertEq(free(BUYER), amount);
        vm.assertEq(free(TRADER), 90e8 + DEPOSIT - amount);
        assertState(id, PositionState.Closed);
    }

    function test_the_price_falls_in_a_straight_line() public {
        uint256 id = liquidating(LOSS);
        vm.warp(START + 1 days + 3 hours);
        (uint256 price,,,) = escrow.auctionOf(id);
        vm.assertEq(price, 38_750e12);
        (uint128 amount, uint256 cost) = buy(id, 1e8);
        vm.assertEq(amount, 1e8);
        vm.assertEq(cost, 38_750e6);
        vm.assertEq(escrow.positionOf(id).owed, LOSS - 38_750e6);
        vm.warp(START + 1 days + 6 hours - 1);
        (price,,,) = escrow.auctionOf(id);
        vm.assertEq(price, 25_001_273_148_148_149);
        assertState(id, PositionState.Liquidating);
    }

    function test_an_auction_that_sells_everything_ends() public {
        cover(CoverageState.Covered);
        uint256 id = liquidating(LOSS);
        vm.warp(START + 1 days + 6 hours - 1);
        // 10 assets at half the price would pay 250,000: more than is owed.
        buy(id, 1e8);
        buy(id, 20e8);
        assertState(id, PositionState.Closed);

        id = opened2();
        (uint128 amount,) = buy(id, 20e8);
        vm.assertEq(amount, MINIMUM);
        vm.assertEq(escrow.positionOf(id).deposit, 0);
        assertState(id, PositionState.Closed);
    }

    /// Another position, breached, of a deposit that is not worth what is owed.
    function opened2() private returns (uint256 id) {
        vm.prank(TRADER);
        id = escrow.pledge(ACCOUNT, VENUE, MINIMUM, terms());
        cover(CoverageState.Covered);
        vm.prank(MARKET);
        escrow.open(id, ACCOUNT, MINIMUM, terms());
        cover(CoverageState.Breached);
        vm.prank(MARKET);
        escrow.liquidate(id, LOSS, round(PRICE / 2), new CompactSignature[](0));
        vm.assertEq(escrow.takeableOf(id), MINIMUM);
        vm.warp(block.timestamp + 6 hours - 1);
    }

    function test_after_the_auction_the_venue_takes_at_the_last_price_as_far_as_it_is_owed() public {
        uint256 id = liquidating(LOSS - 1);
        vm.warp(START + 1 days + 6 hours);
        // 99,999.999999 at 25,000: 3.9999999999… assets, rounded down.
        vm.assertEq(escrow.takeableOf(id), 4e8 - 1);
        vm.prank(MARKET);
        escrow.take(id);
        vm.assertEq(free(MARKET), 4e8 - 1);
        vm.assertEq(free(TRADER), 90e8 + DEPOSIT - 4e8 + 1);
        assertState(id, PositionState.Closed);
    }

    function test_what_the_venue_does_not_take_is_the_operators() public {
        uint256 id = liquidating(LOSS);
        uint256 from = START + 1 days + 6 hours + 2 days;
        vm.assertEq(escrow.freeFrom(id), from);
        vm.warp(from);
        vm.prank(TRADER);
        escrow.reclaim(id);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_one_token_for_collateral_and_quote_is_transferred_without_an_auction() public {
        escrow = newEscrow(address(collateral), address(collateral));
        fund(TRADER, 100e8);
        uint256 id = lapsed();
        registry.setRefusesRounds(true); // No round is read.
        liquidate(id, 3e8);
        vm.assertEq(free(MARKET), 3e8);
        vm.assertEq(free(TRADER), 97e8);
        assertState(id, PositionState.Closed);
    }

    function test_one_token_is_transferred_up_to_the_deposit() public {
        escrow = newEscrow(address(collateral), address(collateral));
        fund(TRADER, 100e8);
        uint256 id = lapsed();
        liquidate(id, LOSS);
        vm.assertEq(free(MARKET), DEPOSIT);
        vm.assertEq(free(TRADER), 90e8);
    }

    function test_the_chains_own_coin_is_deposited_pledged_sold_and_withdrawn() public {
        escrow = newEscrow(address(0), address(quote));
        vm.deal(TRADER, 10 ether);
        vm.prank(TRADER);
        escrow.deposit{value: 10 ether}(10 ether);
        vm.prank(TRADER);
        uint256 id = escrow.pledge(ACCOUNT, VENUE, 10 ether, terms());
        vm.prank(MARKET);
        escrow.open(id, ACCOUNT, 10 ether, terms());
        cover(CoverageState.Breached);
        liquidate(id, LOSS);
        (uint128 amount,) = buy(id, type(uint128).max);
        vm.assertEq(amount, 1_904_761_904_761_904_762); // 100,000 / 52,500, rounded up
        vm.prank(BUYER);
        escrow.withdraw(address(0), amount, STRANGER);
        vm.prank(TRADER);
        escrow.withdraw(address(0), 10 ether - amount, TRADER);
        vm.assertEq(STRANGER.balance, amount);
        vm.assertEq(address(escrow).balance, 0);
    }

    function test_a_breach_needs_no_call() public {
        uint256 id = opened();
        cover(CoverageState.Breached);
        liquidate(id, LOSS);
        assertState(id, PositionState.Liquidating);
    }

    function test_a_registry_that_knows_nothing_of_an_open_position_any_more_has_let_it_expire() public {
        uint256 id = lapsed();
        cover(CoverageState.None);
        liquidate(id, LOSS);
    }

    function test_a_liquidation_of_an_empty_deposit_ends_the_position() public {
        uint256 id = opened();
        vm.prank(MARKET);
        escrow.release(id, DEPOSIT);
        cover(CoverageState.Breached);
        liquidate(id, LOSS);
        assertState(id, PositionState.Closed);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_a_venue_that_never_answers_keeps_nothing() public {
        uint256 id = opened();
        cover(CoverageState.Expired);
        vm.prank(TRADER);
        escrow.requestClose(id);
        vm.warp(START + 2 days);
        vm.prank(TRADER);
        escrow.reclaim(id);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_a_call_that_the_venue_does_not_act_on_keeps_nothing() public {
        uint256 id = lapsed();
        vm.prank(TRADER);
        escrow.noteLapse(id);
        vm.warp(START + 3 days);
        vm.prank(TRADER);
        escrow.reclaim(id);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_a_call_stands_in_the_way_of_closing() public {
        uint256 id = opened();
        vm.prank(TRADER);
        escrow.requestClose(id);
        cover(CoverageState.Grace);
        vm.warp(START + 2 days - 1);
        vm.prank(MARKET);
        escrow.marginCall(id, DEPOSIT + 1);
        vm.warp(START + 20 days);
        refuses(abi.encodeWithSelector(PositionBook.NothingNoted.selector));
        vm.prank(TRADER);
        escrow.reclaim(id);
    }

    function test_a_call_answered_by_deposit_gives_the_venue_its_time_again_and_one_answered_by_coverage_does_not() public {
        uint256 id = called();
        vm.prank(TRADER);
        escrow.requestClose(id);
        vm.warp(START + 10 hours);
        vm.prank(TRADER);
        escrow.topUp(id, DEPOSIT);
        vm.assertEq(escrow.freeFrom(id), START + 10 hours + 2 days);

        vm.prank(MARKET);
        escrow.marginCall(id, 4 * DEPOSIT);
        vm.warp(START + 20 hours);
        cover(CoverageState.Covered);
        escrow.answer(id);
        vm.assertEq(escrow.freeFrom(id), START + 10 hours + 2 days);
    }

    function test_the_parties_of_a_position_outlive_a_change_of_operators() public {
        uint256 id = lapsed();
        registry.setAccountOperator(ACCOUNT, STRANGER);
        registry.setVenue(VENUE, STRANGER, STRANGER);
        refuses(PositionBook.NotOpener.selector, uint160(MARKET));
        vm.prank(STRANGER);
        escrow.liquidate(id, LOSS, round(PRICE), new CompactSignature[](0));
        refuses(PositionBook.NotPledger.selector, uint160(TRADER));
        vm.prank(STRANGER);
        escrow.topUp(id, 1);
        liquidate(id, LOSS);
        vm.warp(START + 10 days);
        vm.prank(TRADER);
        escrow.reclaim(id);
        vm.assertEq(free(TRADER), 100e8);
    }

    function test_two_positions_of_one_account_have_their_own_deposits() public {
        uint256 first = opened();
        uint256 second = opened();
        vm.assertEq(escrow.positions(), second);
        vm.assertEq(free(TRADER), 80e8);
        vm.prank(MARKET);
        escrow.close(first);
        assertState(second, PositionState.Open);
        vm.assertEq(escrow.positionOf(second).deposit, DEPOSIT);
    }
}
