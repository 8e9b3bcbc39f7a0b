// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature, AllocationStatement, PriceRound} from "../../solidity/Statements.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {PositionState, Terms, TermsBounds} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Prices} from "../../solidity/registry/Prices.sol";
import {Signers} from "../../solidity/registry/Signers.sol";
import {OnePosition} from "../registry/OnePosition.sol";
import {Token} from "./Mocks.sol";

/// The escrow beside the registry itself: what it does follows from books, pledges, claims and price rounds that are recorded, and
/// from the clock.
contract RealRegistryTest is OnePosition {
    uint8 private constant ASSET = 1;
    /// Of the fixture's rounds: 2,500 for one whole asset of nine decimals.
    uint128 private constant UNIT = 1e9;
    uint128 private constant DEPOSIT = 100 * UNIT;
    uint128 private constant MINIMUM = 60 * UNIT;
    uint128 private constant LOSS = 100_000e6;

    address private immutable TRADER = trader(ACCOUNT);
    address private immutable MARKET = market(VENUE);
    address private constant BUYER = address(0xb44e7);
    MarginEscrow private escrow;
    Token private collateral;
    Token private quote;

    /// The venue's claims name the escrow, which names the registry.
    function settlement() internal override returns (address) {
        (collateral, quote) = (new Token(9), new Token(6));
        bytes memory arguments = abi.encode(registry, collateral, ASSET, quote, address(this), address(this));
        escrow = MarginEscrow(deploy("MarginEscrow", arguments));
        return address(escrow);
    }

    function terms() private pure returns (Terms memory) {
        return Terms(MINIMUM, LOSS, 2 hours, 4 hours, 1 hours);
    }

    function pledged() private returns (uint256 id) {
        collateral.mint(TRADER, DEPOSIT);
        vm.startPrank(TRADER);
        collateral.approve(address(escrow), DEPOSIT);
        escrow.deposit(DEPOSIT);
        id = escrow.pledge(ACCOUNT, VENUE, DEPOSIT, terms());
        vm.stopPrank();
    }

    function open(uint256 id) private {
        vm.prank(MARKET);
        escrow.open(id, ACCOUNT, DEPOSIT, terms());
    }

    function opened() private returns (uint256 id) {
        id = pledged();
        accepts(coverage());
        open(id);
    }

    /// For twice the deposit, when coverage ends.
    function called() private returns (uint256 id) {
        id = opened();
        vm.warp(TOO_OLD);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
    }

    function round() private view returns (PriceRound memory) {
        return roundOf(roundAt(block.timestamp), list(VENUE));
    }

    function liquidate(uint256 id) private {
        (PriceRound memory now_, CompactSignature[] memory signatures) = (round(), oracleSignatures(round()));
        vm.prank(MARKET);
        escrow.liquidate(id, LOSS, now_, signatures);
    }

    /// Refused for exactly this reason; what it needs is made before.
    function refusesLiquidation(uint256 id, bytes memory reason) private {
        (PriceRound memory now_, CompactSignature[] memory signatures) = (round(), oracleSignatures(round()));
        vm.expectRevert(reason);
        vm.prank(MARKET);
        escrow.liquidate(id, LOSS, now_, signatures);
    }

    function notCovered(CoverageState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(PositionBook.NotCovered.selector, state);
    }

    function assertPosition(uint256 id, PositionState state, uint128 deposit) private view {
        vm.assertEq(uint256(escrow.positionOf(id).state), uint256(state));
        vm.assertEq(escrow.positionOf(id).deposit, deposit);
    }

    function test_nothing_opens_before_the_registry_covers_it() public {
        uint256 id = pledged();
        vm.expectRevert(notCovered(CoverageState.None));
        open(id);
        accepts(coverage());
        vm.warp(TOO_OLD);
        vm.expectRevert(notCovered(CoverageState.Grace));
        open(id);
        vm.warp(TOO_OLD - 1);
        open(id);
        assertPosition(id, PositionState.Open, DEPOSIT);
    }

    function test_the_operator_releases_until_the_last_second_of_coverage() public {
        uint256 id = opened();
        vm.warp(TOO_OLD - 1);
        vm.startPrank(TRADER);
        vm.expectRevert(abi.encodeWithSelector(TermsBounds.BelowMinimum.selector, MINIMUM - 1, MINIMUM));
        escrow.release(id, DEPOSIT - MINIMUM + 1);
        escrow.release(id, DEPOSIT - MINIMUM - 1);
        vm.warp(TOO_OLD);
        vm.expectRevert(notCovered(CoverageState.Grace));
        escrow.release(id, 1);
        vm.stopPrank();
        // The next round's coverage gives the right back.
        accepts(coverage());
        vm.prank(TRADER);
        escrow.release(id, 1);
        assertPosition(id, PositionState.Open, MINIMUM);
        vm.assertEq(escrow.balanceOf(address(collateral), TRADER), DEPOSIT - MINIMUM);
    }

    /// Grace of one hour ends before the call's two: neither alone is enough.
    function test_expiry_and_an_unanswered_call_end_in_an_auction() public {
        uint256 id = called();
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.NotExpired.selector, CoverageState.Grace));
        vm.warp(TOO_OLD + GRACE - 1);
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.NotExpired.selector, CoverageState.Grace));
        vm.warp(TOO_OLD + GRACE);
        uint256 deadline = TOO_OLD + 2 hours;
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.CallRunning.selector, deadline));
        vm.warp(deadline - 1);
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.CallRunning.selector, deadline));
        vm.warp(deadline);
        liquidate(id);
        assertPosition(id, PositionState.Liquidating, DEPOSIT);
        vm.assertEq(escrow.positionOf(id).price, 2_500e12);

        // 100,000 at 105 % of 2,500: 38.095238095… assets, rounded up to a base unit.
        quote.mint(BUYER, LOSS + 1e6);
        vm.startPrank(BUYER);
        quote.approve(address(escrow), type(uint256).max);
        (uint128 amount, uint256 cost) = escrow.buy(id, type(uint128).max, 0, type(uint256).max);
        vm.stopPrank();
        vm.assertEq(amount, 38_095_238_096);
        assertPosition(id, PositionState.Closed, 0);
        withdrawsAll(MARKET, quote, LOSS);
        withdrawsAll(BUYER, collateral, amount);
        withdrawsAll(TRADER, collateral, DEPOSIT - amount);
        vm.assertEq(quote.balanceOf(address(escrow)), cost - LOSS);
        vm.assertEq(collateral.balanceOf(address(escrow)), 0);
    }

    function withdrawsAll(address owner, Token token, uint256 amount) private {
        vm.assertEq(escrow.balanceOf(address(token), owner), amount);
        vm.prank(owner);
        escrow.withdraw(address(token), amount, owner);
        vm.assertEq(token.balanceOf(owner), amount);
    }

    /// Written down or not, an expiry is the same to the escrow.
    function test_an_expiry_that_is_written_down_is_an_expiry() public {
        uint256 id = called();
        vm.warp(TOO_OLD + 2 hours);
        accepts(abi.encodeCall(registry.markExpired, (ACCOUNT, VENUE)));
        liquidate(id);
    }

    function test_a_call_is_answered_by_the_next_coverage() public {
        uint256 id = called();
        vm.expectRevert(notCovered(CoverageState.Grace));
        escrow.answer(id);
        vm.warp(TOO_OLD + 2 hours);
        accepts(coverage());
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.NotExpired.selector, CoverageState.Covered));
        escrow.answer(id);
        assertPosition(id, PositionState.Open, DEPOSIT);
    }

    /// The venue's claim on a larger requirement ends coverage; a larger pledge brings it back.
    function test_a_newer_claim_makes_room_for_a_call_and_its_coverage_answers() public {
        uint256 id = opened();
        vm.warp(START + 10);
        claim = claimOf(ACCOUNT, VENUE, 2);
        accepts(claimCall(claim));
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        accepts(spending(1));
        pledge = pledgeOf(allocation(), 2, VENUE);
        accepts(bindCall(claim, pledge));
        vm.warp(START + ROUND_LENGTH);
        accepts(coverage());
        escrow.answer(id);
        assertPosition(id, PositionState.Open, DEPOSIT);
    }

    function test_two_histories_are_a_liquidation_without_a_call() public {
        uint256 id = opened();
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.WrongState.selector, PositionState.Open));
        AllocationStatement memory second = allocation();
        second.nonce = "another";
        uint256 by = custodianKey(ACCOUNT);
        bytes memory ofFirst = signed(by, eip712.digest(allocation()));
        registry.reportEquivocation(allocation(), ofFirst, second, signed(by, eip712.digest(second)));
        liquidate(id);
        assertPosition(id, PositionState.Liquidating, DEPOSIT);
    }

    function test_a_liquidation_is_at_a_price_that_the_oracles_signed_lately() public {
        uint256 id = called();
        uint64 time = TOO_OLD + 2 hours;
        vm.warp(time);
        PriceRound memory old = roundOf(roundAt(time) - LAG, list(VENUE));
        CompactSignature[] memory signatures = oracleSignatures(old);
        PriceRound memory dearer = roundOf(roundAt(time) - LAG, list(VENUE));
        dearer.prices[ASSET] *= 2;
        // Recovered from another message, the first signature is nobody's.
        vm.startPrank(MARKET);
        (bool done, bytes memory why) =
            address(escrow).call(abi.encodeCall(escrow.liquidate, (id, LOSS, dearer, signatures)));
        vm.assertFalse(done);
        bytes4 selector = bytes4(why);
        vm.assertTrue(selector == Signers.UnknownSigner.selector || selector == Signers.SignerNotIncreasing.selector);

        uint256 tooOldAt = roundBegin(old.round) + (LAG + 1) * ROUND_LENGTH;
        vm.warp(tooOldAt);
        vm.expectRevert(abi.encodeWithSelector(Prices.RoundStale.selector, tooOldAt));
        escrow.liquidate(id, LOSS, old, signatures);
        vm.warp(tooOldAt - 1);
        escrow.liquidate(id, LOSS, old, signatures);
        vm.stopPrank();
    }

    /// The guardian's pause stops the grace, and gives the call its whole time again.
    function test_a_pause_of_the_registry_gives_the_operator_time() public {
        uint256 id = called();
        vm.warp(TOO_OLD + 10);
        registry.pause();
        uint256 pauseEnd = TOO_OLD + 10 + 7 days;
        vm.warp(pauseEnd - 1);
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.RegistryPaused.selector, pauseEnd));
        vm.warp(pauseEnd + GRACE - 11);
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.NotExpired.selector, CoverageState.Grace));
        vm.warp(pauseEnd + GRACE - 10);
        refusesLiquidation(id, abi.encodeWithSelector(PositionBook.CallRunning.selector, pauseEnd + 2 hours));
        vm.warp(pauseEnd + 2 hours);
        liquidate(id);
    }

    /// Retiring both ends no position: the venue alone may act on it.
    function test_a_retirement_makes_nothing_liquidatable() public {
        uint256 id = opened();
        registry.retireVenue(VENUE);
        registry.retireAccount(ACCOUNT);
        registry.revokeSigner(vm.addr(custodianKey(ACCOUNT)));
        vm.warp(TOO_OLD);
        accepts(coverage());
        vm.expectRevert(abi.encodeWithSelector(PositionBook.NotExpired.selector, CoverageState.Covered));
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        vm.prank(TRADER);
        escrow.release(id, 1);
    }
}
