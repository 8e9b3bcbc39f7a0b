// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature} from "../../solidity/Statements.sol";
import {Balances} from "../../solidity/escrow/Balances.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {PositionState} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {EscrowTest} from "./EscrowTest.sol";
import {CallingReceiver, CallingToken, FeeToken, Refusing} from "./Mocks.sol";

/// Tokens and receivers that do what they should not.
contract HostileTest is EscrowTest {
    bytes private constant REENTERED = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);

    function test_a_token_that_takes_a_fee_is_refused_as_collateral() public {
        FeeToken fee = new FeeToken();
        escrow = newEscrow(address(fee), address(quote));
        fee.mint(TRADER, 100);
        vm.startPrank(TRADER);
        fee.approve(address(escrow), 100);
        refuses(Balances.NotExactlyReceived.selector, 100, 99);
        escrow.deposit(100);
        vm.stopPrank();
    }

    function test_a_token_that_takes_a_fee_is_refused_as_quote() public {
        FeeToken fee = new FeeToken();
        escrow = newEscrow(address(collateral), address(fee));
        fund(TRADER, 100e8);
        uint256 id = liquidating(LOSS);
        fee.mint(BUYER, LOSS);
        vm.startPrank(BUYER);
        fee.approve(address(escrow), LOSS);
        refuses(Balances.NotExactlyReceived.selector, 52_500e6, 52_500e6 - 1);
        escrow.buy(id, 1e8, 0, LOSS);
        vm.stopPrank();
        vm.assertEq(free(BUYER), 0);
    }

    function test_a_token_that_calls_back_enters_no_function() public {
        CallingToken calling = new CallingToken();
        escrow = newEscrow(address(calling), address(quote));
        calling.mint(TRADER, 100e8);
        vm.prank(TRADER);
        calling.approve(address(escrow), type(uint256).max);
        bytes[] memory calls = everyFunction(1);
        for (uint256 i = 0; i < calls.length; ++i) {
            calling.callBack(address(escrow), calls[i]);
            vm.prank(TRADER);
            escrow.deposit(10);
            vm.assertFalse(calling.succeeded());
            vm.assertEq(calling.answer(), REENTERED);
            calling.callBack(address(escrow), calls[i]);
            vm.prank(TRADER);
            escrow.withdraw(address(calling), 10, TRADER);
            vm.assertFalse(calling.succeeded());
            vm.assertEq(calling.answer(), REENTERED);
        }
        vm.assertEq(calling.balanceOf(address(escrow)), 0);
    }

    function test_a_quote_token_that_calls_back_in_a_purchase_enters_no_function() public {
        CallingToken calling = new CallingToken();
        escrow = newEscrow(address(collateral), address(calling));
        fund(TRADER, 100e8);
        uint256 id = liquidating(LOSS);
        calling.mint(BUYER, 1e18);
        vm.prank(BUYER);
        calling.approve(address(escrow), type(uint256).max);
        bytes[] memory calls = everyFunction(id);
        for (uint256 i = 0; i < calls.length; ++i) {
            calling.callBack(address(escrow), calls[i]);
            vm.prank(BUYER);
            escrow.buy(id, 10, 10, type(uint256).max);
            vm.assertFalse(calling.succeeded());
            vm.assertEq(calling.answer(), REENTERED);
        }
        vm.assertEq(free(BUYER), 10 * calls.length);
        vm.assertEq(calling.balanceOf(address(escrow)), escrow.balanceOf(address(calling), MARKET));
    }

    function test_a_receiver_of_the_chains_own_coin_that_calls_back_takes_nothing_twice() public {
        escrow = newEscrow(address(0), address(quote));
        vm.deal(TRADER, 10 ether);
        vm.prank(TRADER);
        escrow.deposit{value: 10 ether}(10 ether);

        CallingReceiver thief = new CallingReceiver();
        vm.deal(address(thief), 1 ether);
        thief.execute(address(escrow), 1 ether, abi.encodeCall(MarginEscrow.deposit, (1 ether)));
        bytes memory again = abi.encodeCall(Balances.withdraw, (address(0), 0.5 ether, address(thief)));
        thief.callBack(address(escrow), again);
        thief.execute(address(escrow), 0, again);
        vm.assertFalse(thief.succeeded());
        vm.assertEq(thief.answer(), REENTERED);
        vm.assertEq(address(thief).balance, 0.5 ether);
        // What is its own it gets, afterwards.
        thief.execute(address(escrow), 0, again);
        vm.assertEq(address(escrow).balance, 10 ether);
    }

    function test_who_refuses_the_chains_own_coin_harms_nobody_and_names_another_address() public {
        escrow = newEscrow(address(0), address(quote));
        address refusing = address(new Refusing());
        vm.deal(refusing, 1 ether);
        vm.prank(refusing);
        escrow.deposit{value: 1 ether}(1 ether);
        refuses(abi.encodeWithSelector(Refusing.Refused.selector));
        vm.prank(refusing);
        escrow.withdraw(address(0), 1 ether, refusing);
        vm.prank(refusing);
        escrow.withdraw(address(0), 1 ether, STRANGER);
        vm.assertEq(STRANGER.balance, 1 ether);
    }

    function test_a_venue_that_refuses_the_chains_own_coin_stops_no_settlement() public {
        escrow = newEscrow(address(0), address(quote));
        address refusing = address(new Refusing());
        registry.setVenue(VENUE, refusing, address(escrow));
        vm.deal(TRADER, 10 ether);
        vm.startPrank(TRADER);
        escrow.deposit{value: 10 ether}(10 ether);
        uint256 id = escrow.pledge(ACCOUNT, VENUE, DEPOSIT, terms());
        vm.stopPrank();
        vm.startPrank(refusing);
        escrow.open(id, ACCOUNT, DEPOSIT, terms());
        escrow.offerSettlement(id, 1);
        vm.stopPrank();
        vm.prank(TRADER);
        escrow.acceptSettlement(id, 1);
        assertState(id, PositionState.Closed);
    }

    function test_tokens_that_arrive_unasked_are_nobodys_balance() public {
        collateral.mint(address(escrow), 5);
        vm.assertEq(collateral.balanceOf(address(escrow)), 100e8 + 5);
        refuses(Balances.InsufficientBalance.selector, 100e8, 100e8 + 1);
        vm.prank(TRADER);
        escrow.withdraw(address(collateral), 100e8 + 1, TRADER);
    }

    /// With neither time nor state on its side, nobody but the operator gets anything out of a position that was opened this second.
    function test_everything_in_one_second_takes_nothing() public {
        uint256 id = opened();
        cover(CoverageState.Expired);
        vm.startPrank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
        refuses(PositionBook.CallRunning.selector, START + 1 days);
        escrow.liquidate(id, LOSS, round(PRICE), new CompactSignature[](0));
        vm.stopPrank();
        vm.assertEq(free(MARKET), 0);
        vm.assertEq(escrow.positionOf(id).deposit, DEPOSIT);
    }

    /// A call of every function that changes something.
    function everyFunction(uint256 id) private view returns (bytes[] memory calls) {
        calls = new bytes[](18);
        calls[0] = abi.encodeCall(MarginEscrow.deposit, (1));
        calls[1] = abi.encodeCall(Balances.withdraw, (address(collateral), 1, STRANGER));
        calls[2] = abi.encodeCall(MarginEscrow.pledge, (ACCOUNT, VENUE, DEPOSIT, terms()));
        calls[3] = abi.encodeCall(MarginEscrow.cancel, (id));
        calls[4] = abi.encodeCall(MarginEscrow.topUp, (id, 1));
        calls[5] = abi.encodeCall(MarginEscrow.release, (id, 1));
        calls[6] = abi.encodeCall(MarginEscrow.requestClose, (id));
        calls[7] = abi.encodeCall(MarginEscrow.noteLapse, (id));
        calls[8] = abi.encodeCall(MarginEscrow.reclaim, (id));
        calls[9] = abi.encodeCall(MarginEscrow.acceptSettlement, (id, 1));
        calls[10] = abi.encodeCall(MarginEscrow.open, (id, ACCOUNT, DEPOSIT, terms()));
        calls[11] = abi.encodeCall(MarginEscrow.marginCall, (id, 1));
        calls[12] = abi.encodeCall(MarginEscrow.offerSettlement, (id, 1));
        calls[13] = abi.encodeCall(MarginEscrow.close, (id));
        calls[14] = abi.encodeCall(MarginEscrow.answer, (id));
        calls[15] = abi.encodeCall(MarginEscrow.buy, (id, 1, 1, 1));
        calls[16] = abi.encodeCall(MarginEscrow.take, (id));
        calls[17] = abi.encodeCall(MarginEscrow.liquidate, (id, 1, round(PRICE), new CompactSignature[](0)));
    }
}
