// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature, PriceRound} from "../../solidity/Statements.sol";
import {Balances} from "../../solidity/escrow/Balances.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {PositionState, Terms, TermsBounds} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";
import {ChosenRegistry, Token} from "./Mocks.sol";

/// Each error: reached one past its threshold, and not at it.
contract RefusalsTest is EscrowTest {
    // Construction

    function test_decimals_are_at_most_18() public {
        newEscrow(address(new Token(18)), address(new Token(18)));
        newEscrow(address(new Token(0)), address(new Token(0)));
        (address nineteen, address eighteen) = (address(new Token(19)), address(new Token(18)));
        refuses(PositionBook.DecimalsOutOfBounds.selector, 19);
        new MarginEscrow(registry, nineteen, ASSET, eighteen, ADMIN, GUARDIAN);
        refuses(PositionBook.DecimalsOutOfBounds.selector, 19);
        new MarginEscrow(registry, eighteen, ASSET, nineteen, ADMIN, GUARDIAN);
    }

    function test_a_registry_has_16_assets() public {
        new MarginEscrow(registry, address(collateral), 15, address(quote), ADMIN, GUARDIAN);
        refuses(PositionBook.AssetOutOfBounds.selector, 16);
        new MarginEscrow(registry, address(collateral), 16, address(quote), ADMIN, GUARDIAN);
    }

    // Balances

    function test_more_than_the_free_balance_is_refused() public {
        refuses(Balances.InsufficientBalance.selector, 100e8, 100e8 + 1);
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 100e8 + 1, TRADER);
        refuses(Balances.InsufficientBalance.selector, 0, 1);
        vm.prank(TRADER);
        escrow.withdraw(address(quote), 1, TRADER);
        refuses(Balances.InsufficientBalance.selector, 100e8, 100e8 + 1);
        vm.prank(TRADER);
        escrow.pledge(ACCOUNT, VENUE, 100e8 + 1, terms());
        uint256 id = opened();
        refuses(Balances.InsufficientBalance.selector, 90e8, 90e8 + 1);
        vm.prank(TRADER);
        escrow.topUp(id, 90e8 + 1);
        vm.prank(TRADER);
        escrow.topUp(id, 90e8);
        vm.assertEq(free(TRADER), 0);
    }

    function test_an_amount_of_zero_is_refused() public {
        uint256 id = opened();
        Terms memory none = terms();
        none.minimum = 0;
        bytes memory reason = abi.encodeWithSelector(Balances.ZeroAmount.selector);
        vm.startPrank(TRADER);
        refuses(reason);
        escrow.deposit(0);
        refuses(reason);
        escrow.withdraw(address(collateral), 0, TRADER);
        refuses(reason);
        escrow.pledge(ACCOUNT, VENUE, 0, none);
        refuses(reason);
        escrow.topUp(id, 0);
        refuses(reason);
        escrow.release(id, 0);
        refuses(reason);
        escrow.acceptSettlement(id, 0);
        vm.stopPrank();
        cover(CoverageState.Breached);
        liquidate(id, LOSS);
        refuses(reason);
        escrow.buy(id, 0, 0, 0);
    }

    function test_value_comes_along_exactly_or_not_at_all() public {
        vm.deal(TRADER, 10 ether);
        refuses(Balances.WrongValue.selector, 0, 1);
        vm.prank(TRADER);
        escrow.deposit{value: 1}(1);
        escrow = newEscrow(address(0), address(quote));
        refuses(Balances.WrongValue.selector, 5, 4);
        vm.prank(TRADER);
        escrow.deposit{value: 4}(5);
        refuses(Balances.WrongValue.selector, 5, 6);
        vm.prank(TRADER);
        escrow.deposit{value: 6}(5);
        vm.prank(TRADER);
        escrow.deposit{value: 5}(5);
        vm.assertEq(escrow.balanceOf(address(0), TRADER), 5);
        vm.prank(TRADER);
        (bool taken,) = address(escrow).call{value: 1}("");
        vm.assertFalse(taken);
    }

    function test_nothing_is_sent_to_nobody_or_to_the_escrow_itself() public {
        refuses(Balances.BadRecipient.selector, 0);
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 1, address(0));
        refuses(Balances.BadRecipient.selector, uint160(address(escrow)));
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 1, address(escrow));
    }

    // Pledge and opening

    function test_only_the_accounts_operator_pledges() public {
        fund(STRANGER, DEPOSIT);
        refuses(MarginEscrow.NotAccountOperator.selector, ACCOUNT, TRADER);
        vm.prank(STRANGER);
        escrow.pledge(ACCOUNT, VENUE, DEPOSIT, terms());
    }

    function test_an_account_that_changed_hands_is_not_opened() public {
        uint256 id = pledged();
        registry.setAccountOperator(ACCOUNT, STRANGER);
        refuses(MarginEscrow.NotAccountOperator.selector, ACCOUNT, STRANGER);
        open(id, DEPOSIT, terms());
    }

    function test_only_the_venues_operator_opens() public {
        uint256 id = pledged();
        refuses(MarginEscrow.NotVenueOperator.selector, VENUE, MARKET);
        vm.prank(STRANGER);
        escrow.open(id, ACCOUNT, DEPOSIT, terms());
    }

    function test_a_venue_whose_claims_are_for_another_contract_has_no_positions_here() public {
        uint256 id = pledged();
        registry.setVenue(VENUE, MARKET, STRANGER);
        refuses(PositionBook.NotSettlement.selector, VENUE, STRANGER);
        open(id, DEPOSIT, terms());
        refuses(PositionBook.NotSettlement.selector, VENUE, STRANGER);
        pledged();
        vm.prank(TRADER);
        escrow.cancel(id);
    }

    function test_periods_are_agreed_within_their_bounds() public {
        uint32[3] memory least = [uint32(1 hours), 1 hours, 15 minutes];
        for (uint256 which = 0; which < 3; ++which) {
            for (uint256 most = 0; most < 2; ++most) {
                uint32 edge = most == 1 ? 3 days : least[which];
                uint32 past = most == 1 ? edge + 1 : edge - 1;
                vm.prank(TRADER);
                escrow.pledge(ACCOUNT, VENUE, MINIMUM, withPeriod(which, edge));
                vm.expectRevert(
                    abi.encodeWithSelector(
                        TermsBounds.PeriodOutOfBounds.selector, past, least[which], uint32(3 days)
                    )
                );
                vm.prank(TRADER);
                escrow.pledge(ACCOUNT, VENUE, MINIMUM, withPeriod(which, past));
            }
        }
    }

    function test_a_loss_is_agreed_on() public {
        Terms memory free_ = terms();
        free_.greatestLoss = 0;
        refuses(abi.encodeWithSelector(TermsBounds.NoLossAgreed.selector));
        vm.prank(TRADER);
        escrow.pledge(ACCOUNT, VENUE, DEPOSIT, free_);
    }

    function test_a_pledge_is_at_least_the_minimum() public {
        refuses(TermsBounds.BelowMinimum.selector, MINIMUM - 1, MINIMUM);
        vm.prank(TRADER);
        escrow.pledge(ACCOUNT, VENUE, MINIMUM - 1, terms());
        vm.prank(TRADER);
        escrow.pledge(ACCOUNT, VENUE, MINIMUM, terms());
    }

    function test_an_opening_names_exactly_what_was_pledged() public {
        uint256 id = pledged();
        bytes memory reason = abi.encodeWithSelector(MarginEscrow.TermsDiffer.selector);
        for (uint256 which = 0; which < 3; ++which) {
            refuses(reason);
            open(id, DEPOSIT, withPeriod(which, 2 hours));
        }
        Terms memory other = terms();
        other.minimum -= 1;
        refuses(reason);
        open(id, DEPOSIT, other);
        other = terms();
        other.greatestLoss += 1;
        refuses(reason);
        open(id, DEPOSIT, other);
        refuses(reason);
        open(id, DEPOSIT + 1, terms());
        refuses(reason);
        vm.prank(MARKET);
        escrow.open(id, "another account", DEPOSIT, terms());
        open(id, DEPOSIT, terms());
    }

    function test_an_opening_needs_coverage() public {
        uint256 id = pledged();
        CoverageState[4] memory states =
            [CoverageState.None, CoverageState.Grace, CoverageState.Expired, CoverageState.Breached];
        for (uint256 i = 0; i < states.length; ++i) {
            cover(states[i]);
            refuses(PositionBook.NotCovered.selector, uint256(states[i]));
            open(id, DEPOSIT, terms());
        }
    }

    // Releases and settlement

    function test_the_operator_releases_down_to_the_minimum_while_covered() public {
        uint256 id = opened();
        refuses(TermsBounds.BelowMinimum.selector, MINIMUM - 1, MINIMUM);
        vm.prank(TRADER);
        escrow.release(id, DEPOSIT - MINIMUM + 1);
        vm.prank(TRADER);
        escrow.release(id, DEPOSIT - MINIMUM - 1);
        cover(CoverageState.Grace);
        refuses(PositionBook.NotCovered.selector, uint256(CoverageState.Grace));
        vm.prank(TRADER);
        escrow.release(id, 1);
    }

    function test_nobody_releases_settles_or_offers_more_than_the_deposit() public {
        uint256 id = opened();
        vm.startPrank(MARKET);
        refuses(MarginEscrow.BeyondDeposit.selector, DEPOSIT + 1, DEPOSIT);
        escrow.release(id, DEPOSIT + 1);
        refuses(MarginEscrow.BeyondDeposit.selector, DEPOSIT + 1, DEPOSIT);
        escrow.offerSettlement(id, DEPOSIT + 1);
        escrow.offerSettlement(id, DEPOSIT);
        escrow.release(id, 1);
        vm.stopPrank();
        refuses(MarginEscrow.BeyondDeposit.selector, DEPOSIT, DEPOSIT - 1);
        vm.prank(TRADER);
        escrow.acceptSettlement(id, DEPOSIT);
    }

    function test_a_settlement_is_the_one_that_was_offered() public {
        uint256 id = opened();
        refuses(MarginEscrow.OfferDiffers.selector, 0);
        vm.prank(TRADER);
        escrow.acceptSettlement(id, 1);
        vm.prank(MARKET);
        escrow.offerSettlement(id, 5);
        for (uint128 amount = 4; amount <= 6; amount += 2) {
            refuses(MarginEscrow.OfferDiffers.selector, 5);
            vm.prank(TRADER);
            escrow.acceptSettlement(id, amount);
        }
        vm.prank(MARKET);
        escrow.offerSettlement(id, 0);
        refuses(MarginEscrow.OfferDiffers.selector, 0);
        vm.prank(TRADER);
        escrow.acceptSettlement(id, 5);
    }

    // Calls

    function test_nothing_is_called_for_while_covered() public {
        uint256 id = opened();
        refuses(PositionBook.NotExpired.selector, uint256(CoverageState.Covered));
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
    }

    function test_a_call_is_for_more_than_the_deposit() public {
        uint256 id = opened();
        cover(CoverageState.Grace);
        refuses(MarginEscrow.CallTooLow.selector, DEPOSIT, DEPOSIT);
        vm.prank(MARKET);
        escrow.marginCall(id, DEPOSIT);
        vm.prank(MARKET);
        escrow.marginCall(id, DEPOSIT + 1);
    }

    function test_a_raise_is_for_more_than_the_call_and_before_its_first_deadline() public {
        uint256 id = called();
        vm.warp(START + 1 days - 1);
        refuses(MarginEscrow.CallTooLow.selector, 2 * DEPOSIT, 2 * DEPOSIT);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        vm.assertEq(escrow.deadlineOf(id), START + 1 days);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT + 1);
        // The second deadline is later; the time for raises is not.
        vm.warp(START + 1 days);
        refuses(MarginEscrow.RaiseTooLate.selector, START + 1 days);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT + 2);
    }

    function test_a_pause_of_the_registry_gives_no_more_time_to_raise() public {
        uint256 id = called();
        registry.setPauseEnd(START + 7 days);
        vm.warp(START + 1 days);
        refuses(MarginEscrow.RaiseTooLate.selector, START + 1 days);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT + 1);
    }

    function test_only_coverage_is_an_answer_without_a_deposit() public {
        uint256 id = called();
        CoverageState[4] memory states =
            [CoverageState.None, CoverageState.Grace, CoverageState.Expired, CoverageState.Breached];
        for (uint256 i = 0; i < states.length; ++i) {
            cover(states[i]);
            refuses(PositionBook.NotCovered.selector, uint256(states[i]));
            escrow.answer(id);
        }
    }

    // Liquidation

    function test_a_call_runs_until_its_deadline() public {
        uint256 id = called();
        cover(CoverageState.Expired);
        vm.warp(START + 1 days - 1);
        refuses(PositionBook.CallRunning.selector, START + 1 days);
        liquidate(id, LOSS);
        vm.warp(START + 1 days);
        escrow.checkLiquidatable(id);
        liquidate(id, LOSS);
    }

    function test_grace_and_coverage_keep_a_deposit_after_the_deadline() public {
        uint256 id = lapsed();
        cover(CoverageState.Grace);
        refuses(PositionBook.NotExpired.selector, uint256(CoverageState.Grace));
        liquidate(id, LOSS);
        cover(CoverageState.Covered);
        refuses(PositionBook.NotExpired.selector, uint256(CoverageState.Covered));
        liquidate(id, LOSS);
    }

    function test_an_expiry_alone_is_no_reason_to_liquidate() public {
        uint256 id = opened();
        cover(CoverageState.Expired);
        vm.warp(START + 365 days);
        refusesState(PositionState.Open);
        liquidate(id, LOSS);
    }

    function test_a_loss_is_above_zero_and_at_most_the_agreed_one() public {
        uint256 id = lapsed();
        refuses(MarginEscrow.LossOutOfBounds.selector, 0, LOSS);
        liquidate(id, 0);
        refuses(MarginEscrow.LossOutOfBounds.selector, LOSS + 1, LOSS);
        liquidate(id, LOSS + 1);
        liquidate(id, LOSS);
    }

    function test_nothing_is_sold_without_a_price() public {
        uint256 id = lapsed();
        vm.startPrank(MARKET);
        bytes memory reason = abi.encodeWithSelector(MarginEscrow.NoPrice.selector);
        refuses(reason);
        escrow.liquidate(id, LOSS, round(0), new CompactSignature[](0));
        registry.setRefusesRounds(true);
        refuses(abi.encodeWithSelector(ChosenRegistry.BadRound.selector));
        escrow.liquidate(id, LOSS, round(PRICE), new CompactSignature[](0));
        registry.setRefusesRounds(false);
        // A price is there, but for the assets before.
        PriceRound memory shorter = round(PRICE);
        shorter.prices = new uint64[](ASSET);
        refuses(reason);
        escrow.liquidate(id, LOSS, shorter, new CompactSignature[](0));
        escrow.liquidate(id, LOSS, round(1), new CompactSignature[](0));
        vm.stopPrank();
    }

    function test_an_auction_ends_in_time() public {
        uint256 id = liquidating(LOSS);
        uint256 end = START + 1 days + 6 hours;
        vm.warp(end - 1);
        refuses(MarginEscrow.AuctionRunning.selector, end);
        vm.prank(MARKET);
        escrow.take(id);
        buy(id, 1);
        vm.warp(end);
        refuses(MarginEscrow.AuctionOver.selector, end);
        escrow.buy(id, 1, 0, type(uint256).max);
        vm.prank(MARKET);
        escrow.take(id);
    }

    function test_a_buyer_gets_at_least_and_pays_at_most_what_they_named() public {
        uint256 id = liquidating(LOSS);
        (, uint128 available, uint256 cost,) = escrow.auctionOf(id);
        quote.mint(BUYER, cost);
        vm.startPrank(BUYER);
        quote.approve(address(escrow), cost);
        refuses(MarginEscrow.TooLittle.selector, available, available + 1);
        escrow.buy(id, type(uint128).max, available + 1, cost);
        refuses(MarginEscrow.TooExpensive.selector, cost, cost - 1);
        escrow.buy(id, available, available, cost - 1);
        escrow.buy(id, available, available, cost);
        vm.stopPrank();
        vm.assertEq(free(BUYER), available);
        // Who comes later finds no auction.
        refusesState(PositionState.Closed);
        escrow.buy(id, 1, 1, cost);
    }

    // Time

    function test_an_operator_waits_the_agreed_time_after_asking_to_close() public {
        uint256 id = opened();
        vm.startPrank(TRADER);
        refuses(abi.encodeWithSelector(PositionBook.NothingNoted.selector));
        escrow.reclaim(id);
        escrow.requestClose(id);
        refuses(MarginEscrow.AlreadyNoted.selector, START);
        escrow.requestClose(id);
        vm.warp(START + 2 days - 1);
        refuses(MarginEscrow.TooEarly.selector, START + 2 days);
        escrow.reclaim(id);
        vm.warp(START + 2 days);
        escrow.reclaim(id);
        vm.stopPrank();
    }

    function test_an_operator_waits_the_agreed_time_after_a_lapse() public {
        uint256 id = called();
        cover(CoverageState.Expired);
        vm.startPrank(TRADER);
        vm.warp(START + 1 days - 1);
        refuses(PositionBook.CallRunning.selector, START + 1 days);
        escrow.noteLapse(id);
        vm.warp(START + 1 days);
        refuses(abi.encodeWithSelector(PositionBook.NothingNoted.selector));
        escrow.reclaim(id);
        escrow.noteLapse(id);
        refuses(MarginEscrow.AlreadyNoted.selector, START + 1 days);
        escrow.noteLapse(id);
        vm.warp(START + 3 days - 1);
        refuses(MarginEscrow.TooEarly.selector, START + 3 days);
        escrow.reclaim(id);
        vm.stopPrank();
        // Until then, and after, the venue may act as long as the operator does not.
        vm.warp(START + 3 days);
        liquidate(id, LOSS);
    }

    function test_no_lapse_is_noted_in_grace() public {
        uint256 id = lapsed();
        cover(CoverageState.Grace);
        refuses(PositionBook.NotExpired.selector, uint256(CoverageState.Grace));
        vm.prank(TRADER);
        escrow.noteLapse(id);
    }

    function test_a_call_that_was_answered_leaves_no_lapse_behind() public {
        uint256 id = lapsed();
        vm.prank(TRADER);
        escrow.noteLapse(id);
        cover(CoverageState.Covered);
        escrow.answer(id);
        cover(CoverageState.Grace);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        vm.warp(START + 30 days);
        refuses(abi.encodeWithSelector(PositionBook.NothingNoted.selector));
        vm.prank(TRADER);
        escrow.reclaim(id);
    }

    function test_an_operator_waits_the_agreed_time_after_an_auction() public {
        uint256 id = liquidating(LOSS);
        uint256 from = START + 1 days + 6 hours + 2 days;
        vm.warp(from - 1);
        refuses(MarginEscrow.TooEarly.selector, from);
        vm.prank(TRADER);
        escrow.reclaim(id);
    }

    // Pauses

    function test_a_pause_stops_new_positions_and_nothing_else() public {
        uint256 waiting = pledged();
        uint256 id = opened();
        refusesRole(ADMIN, escrow.GUARDIAN_ROLE());
        vm.prank(ADMIN);
        escrow.pause();
        vm.prank(GUARDIAN);
        escrow.pause();
        bytes memory reason = abi.encodeWithSelector(Pausable.EnforcedPause.selector);
        refuses(reason);
        pledged();
        refuses(reason);
        open(waiting, DEPOSIT, terms());

        fund(TRADER, 1e8);
        vm.startPrank(TRADER);
        escrow.cancel(waiting);
        escrow.release(id, 1e8);
        escrow.topUp(id, 1e8);
        escrow.requestClose(id);
        escrow.withdraw(address(collateral), 50e8, TRADER);
        vm.stopPrank();
        cover(CoverageState.Expired);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        vm.warp(START + 1 days);
        liquidate(id, LOSS);
        buy(id, 1e8);
        vm.warp(START + 2 days);
        vm.prank(MARKET);
        escrow.take(id);
        assertState(id, PositionState.Closed);

        refusesRole(ADMIN, escrow.GUARDIAN_ROLE());
        vm.prank(ADMIN);
        escrow.unpause();
        vm.prank(GUARDIAN);
        escrow.unpause();
        cover(CoverageState.Covered);
        opened();
    }

    function test_while_the_registry_is_paused_nothing_is_opened_released_by_the_operator_or_liquidated() public {
        uint256 waiting = pledged();
        uint256 id = opened();
        registry.setPauseEnd(START + 7 days);
        refuses(PositionBook.RegistryPaused.selector, START + 7 days);
        open(waiting, DEPOSIT, terms());
        refuses(PositionBook.RegistryPaused.selector, START + 7 days);
        vm.prank(TRADER);
        escrow.release(id, 1);
        cover(CoverageState.Breached);
        refuses(PositionBook.RegistryPaused.selector, START + 7 days);
        liquidate(id, LOSS);
        vm.warp(START + 7 days - 1);
        refuses(PositionBook.RegistryPaused.selector, START + 7 days);
        liquidate(id, LOSS);
        // Deposits, withdrawals and what ends well go on.
        fund(TRADER, 1);
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 1, TRADER);
        vm.prank(MARKET);
        escrow.release(id, 1);
        vm.warp(START + 7 days);
        liquidate(id, LOSS);
    }

    function test_a_calls_time_begins_again_with_the_end_of_a_pause() public {
        uint256 id = called();
        cover(CoverageState.Expired);
        registry.setPauseEnd(START + 12 hours);
        vm.warp(START + 1 days);
        refuses(PositionBook.CallRunning.selector, START + 12 hours + 1 days);
        liquidate(id, LOSS);
        vm.warp(START + 12 hours + 1 days);
        liquidate(id, LOSS);
    }

    function test_a_pause_before_a_call_gives_it_no_more_time() public {
        registry.setPauseEnd(START);
        uint256 id = called();
        vm.assertEq(escrow.deadlineOf(id), START + 1 days);
    }

    function test_a_pause_after_a_lapse_gives_both_sides_their_time_again() public {
        uint256 id = lapsed();
        vm.prank(TRADER);
        escrow.noteLapse(id);
        uint64 end = START + 8 days;
        registry.setPauseEnd(end);
        vm.assertEq(escrow.deadlineOf(id), end + 1 days);
        vm.assertEq(escrow.freeFrom(id), end + 3 days);
        // The next pause begins seven days after this one at the earliest: later than everything that was agreed on can take.
        vm.assertLt(2 * uint256(escrow.MAX_PERIOD()), 7 days);
    }

    /// The venue raises as late as it can, the guardian pauses as often as possible, periods are the longest: the operator gets out.
    function test_neither_pauses_nor_raises_keep_a_deposit_for_ever() public {
        Terms memory longest = terms();
        (longest.callPeriod, longest.closePeriod) = (3 days, 3 days);
        vm.prank(TRADER);
        uint256 id = escrow.pledge(ACCOUNT, VENUE, DEPOSIT, longest);
        open(id, DEPOSIT, longest);
        cover(CoverageState.Expired);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        vm.warp(START + 3 days - 1);
        vm.prank(MARKET);
        escrow.marginCall(id, 3 * DEPOSIT);
        vm.warp(START + 6 days - 2);
        uint64 end = START + 13 days - 2;
        registry.setPauseEnd(end);

        vm.warp(end + 3 days);
        vm.startPrank(TRADER);
        escrow.noteLapse(id);
        vm.warp(end + 6 days);
        escrow.reclaim(id);
        vm.assertEq(free(TRADER), 100e8);
        vm.assertLt(end + 6 days, end + 7 days); // Before the next pause can begin.
    }

    // Parties and states

    function test_nobody_acts_for_the_operator() public {
        uint256 id = opened();
        bytes memory reason = abi.encodeWithSelector(PositionBook.NotPledger.selector, TRADER);
        address[2] memory others = [STRANGER, MARKET];
        for (uint256 i = 0; i < 2; ++i) {
            vm.startPrank(others[i]);
            refuses(reason);
            escrow.cancel(id);
            refuses(reason);
            escrow.topUp(id, 1);
            refuses(reason);
            escrow.requestClose(id);
            refuses(reason);
            escrow.noteLapse(id);
            refuses(reason);
            escrow.reclaim(id);
            refuses(reason);
            escrow.acceptSettlement(id, 1);
            vm.stopPrank();
        }
        refuses(reason);
        vm.prank(STRANGER);
        escrow.release(id, 1);
    }

    function test_nobody_acts_for_the_venue() public {
        uint256 id = opened();
        bytes memory reason = abi.encodeWithSelector(PositionBook.NotOpener.selector, MARKET);
        address[2] memory others = [STRANGER, TRADER];
        for (uint256 i = 0; i < 2; ++i) {
            vm.startPrank(others[i]);
            refuses(reason);
            escrow.marginCall(id, 2 * DEPOSIT);
            refuses(reason);
            escrow.offerSettlement(id, 1);
            refuses(reason);
            escrow.close(id);
            refuses(reason);
            escrow.liquidate(id, LOSS, round(PRICE), new CompactSignature[](0));
            refuses(reason);
            escrow.take(id);
            vm.stopPrank();
        }
        // Before the opening there is nobody.
        id = pledged();
        refuses(PositionBook.NotOpener.selector, 0);
        vm.prank(MARKET);
        escrow.close(id);
    }

    function test_each_function_has_its_states() public {
        uint256 id = pledged();
        asOperator(id, PositionState.Pledged);
        readings(id, PositionState.Pledged);
        id = opened();
        refusesState(PositionState.Open);
        vm.prank(TRADER);
        escrow.cancel(id);
        refusesState(PositionState.Open);
        vm.prank(TRADER);
        escrow.noteLapse(id);
        refusesState(PositionState.Open);
        open(id, DEPOSIT, terms());
        refusesState(PositionState.Open);
        escrow.answer(id);
        refusesState(PositionState.Open);
        vm.prank(MARKET);
        escrow.take(id);
        readings(id, PositionState.Open);
        id = called();
        refusesState(PositionState.Called);
        vm.prank(TRADER);
        escrow.release(id, 1);
        refusesState(PositionState.Called);
        vm.prank(MARKET);
        escrow.release(id, 1);
        cover(CoverageState.Breached);
        liquidate(id, LOSS);
        asOperator(id, PositionState.Liquidating);
        asVenue(id, PositionState.Liquidating);
        vm.prank(MARKET);
        escrow.close(id);
        asOperator(id, PositionState.Closed);
        asVenue(id, PositionState.Closed);
        readings(id, PositionState.Closed);
        refusesState(PositionState.Closed);
        vm.prank(TRADER);
        escrow.reclaim(id);
        refusesState(PositionState.Closed);
        vm.prank(MARKET);
        escrow.close(id);
        refusesState(PositionState.None);
        escrow.answer(id + 1);
        refusesState(PositionState.None);
        open(id + 1, DEPOSIT, terms());
    }

    function asOperator(uint256 id, PositionState state) private {
        vm.startPrank(TRADER);
        if (state != PositionState.Pledged) {
            refusesState(state);
            escrow.cancel(id);
        }
        refusesState(state);
        escrow.topUp(id, 1);
        refusesState(state);
        escrow.release(id, 1);
        refusesState(state);
        escrow.requestClose(id);
        refusesState(state);
        escrow.noteLapse(id);
        refusesState(state);
        escrow.acceptSettlement(id, 1);
        vm.stopPrank();
    }

    function asVenue(uint256 id, PositionState state) private {
        vm.startPrank(MARKET);
        refusesState(state);
        escrow.open(id, ACCOUNT, DEPOSIT, terms());
        refusesState(state);
        escrow.release(id, 1);
        refusesState(state);
        escrow.marginCall(id, 2 * DEPOSIT);
        refusesState(state);
        escrow.offerSettlement(id, 1);
        refusesState(state);
        escrow.liquidate(id, LOSS, round(PRICE), new CompactSignature[](0));
        if (state == PositionState.Liquidating) return vm.stopPrank();
        refusesState(state);
        escrow.take(id);
        vm.stopPrank();
    }

    function readings(uint256 id, PositionState state) private {
        refusesState(state);
        escrow.deadlineOf(id);
        refusesState(state);
        escrow.auctionOf(id);
        refusesState(state);
        escrow.takeableOf(id);
        refusesState(state);
        escrow.buy(id, 1, 0, 1);
        refusesState(state);
        escrow.checkLiquidatable(id);
        if (state == PositionState.Open) return;
        refusesState(state);
        escrow.freeFrom(id);
    }

    function open(uint256 id, uint128 amount, Terms memory named) private {
        vm.prank(MARKET);
        escrow.open(id, ACCOUNT, amount, named);
    }

    function refusesRole(address sender, bytes32 role) private {
        refuses(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, sender, role));
    }

    function withPeriod(uint256 which, uint32 period) private pure returns (Terms memory named) {
        named = terms();
        if (which == 0) named.callPeriod = period;
        if (which == 1) named.closePeriod = period;
        if (which == 2) named.auctionPeriod = period;
    }
}
