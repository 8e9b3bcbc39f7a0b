// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature, PriceRound, Valuation} from "../../solidity/Statements.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {PositionState, Terms} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {ChosenRegistry, Token} from "./Mocks.sol";

/// A trader and a venue with 8-decimal collateral at 50,000 units of a 6-decimal quote token, and the way to each state.
abstract contract EscrowTest is Test {
    bytes32 internal constant ACCOUNT = "account";
    bytes32 internal constant VENUE = "venue";
    uint8 internal constant ASSET = 3;
    uint64 internal constant PRICE = 50_000e12;
    uint128 internal constant DEPOSIT = 10e8;
    uint128 internal constant MINIMUM = 4e8;
    uint128 internal constant LOSS = 100_000e6;
    uint64 internal constant START = 1_800_000_000;

    address internal immutable TRADER = makeAddress("trader");
    address internal immutable MARKET = makeAddress("market");
    address internal immutable BUYER = makeAddress("buyer");
    address internal immutable STRANGER = makeAddress("stranger");
    address internal immutable ADMIN = makeAddress("admin");
    address internal immutable GUARDIAN = makeAddress("guardian");

    ChosenRegistry internal registry;
    Token internal collateral;
    Token internal quote;
    MarginEscrow internal escrow;

    function setUp() public virtual {
        vm.warp(START);
        registry = new ChosenRegistry();
        (collateral, quote) = (new Token(8), new Token(6));
        escrow = newEscrow(address(collateral), address(quote));
        fund(TRADER, 100e8);
    }

    function newEscrow(address collateral_, address quote_) internal returns (MarginEscrow made) {
        made = deployed(abi.encode(registry, collateral_, ASSET, quote_, ADMIN, GUARDIAN));
        registry.setAccountOperator(ACCOUNT, TRADER);
        registry.setVenue(VENUE, MARKET, address(made));
        cover(CoverageState.Covered);
    }

    function deployed(bytes memory arguments) internal virtual returns (MarginEscrow) {
        return MarginEscrow(deploy("MarginEscrow", arguments));
    }

    function makeAddress(string memory name) internal pure returns (address) {
        return address(uint160(uint256(keccak256(bytes(name)))));
    }

    /// Gives somebody a free balance.
    function fund(address owner, uint128 amount) internal {
        collateral.mint(owner, amount);
        vm.startPrank(owner);
        collateral.approve(address(escrow), amount);
        escrow.deposit(amount);
        vm.stopPrank();
    }

    function cover(CoverageState state) internal {
        registry.setState(ACCOUNT, VENUE, state);
    }

    function terms() internal pure returns (Terms memory) {
        return Terms(MINIMUM, LOSS, 1 days, 2 days, 6 hours);
    }

    function round(uint64 price) internal pure returns (PriceRound memory made) {
        made.prices = new uint64[](ASSET + 1);
        made.prices[ASSET] = price;
        made.valuations = new Valuation[](0);
    }

    function pledged() internal returns (uint256 id) {
        vm.prank(TRADER);
        id = escrow.pledge(ACCOUNT, VENUE, DEPOSIT, terms());
    }

    function opened() internal returns (uint256 id) {
        id = pledged();
        vm.prank(MARKET);
        escrow.open(id, ACCOUNT, DEPOSIT, terms());
    }

    /// Called for twice the deposit, in grace.
    function called() internal returns (uint256 id) {
        id = opened();
        cover(CoverageState.Grace);
        vm.prank(MARKET);
        escrow.marginCall(id, 2 * DEPOSIT);
    }

    /// Past the deadline, expired.
    function lapsed() internal returns (uint256 id) {
        id = called();
        cover(CoverageState.Expired);
        vm.warp(START + 1 days);
    }

    /// In auction for `loss`, since `START + 1 days`.
    function liquidating(uint128 loss) internal returns (uint256 id) {
        id = lapsed();
        liquidate(id, loss);
    }

    function liquidate(uint256 id, uint128 loss) internal {
        vm.prank(MARKET);
        escrow.liquidate(id, loss, round(PRICE), new CompactSignature[](0));
    }

    /// Gives the buyer quote tokens and buys.
    function buy(uint256 id, uint128 most) internal returns (uint128 amount, uint256 cost) {
        quote.mint(BUYER, 1e18);
        vm.startPrank(BUYER);
        quote.approve(address(escrow), 1e18);
        (amount, cost) = escrow.buy(id, most, 0, type(uint256).max);
        vm.stopPrank();
    }

    function assertState(uint256 id, PositionState state) internal view {
        vm.assertEq(uint256(escrow.positionOf(id).state), uint256(state));
    }

    function free(address owner) internal view returns (uint256) {
        return escrow.balanceOf(address(collateral), owner);
    }

    function proceeds(address owner) internal view returns (uint256) {
        return escrow.balanceOf(address(quote), owner);
    }

    function refuses(bytes memory reason) internal {
        vm.expectRevert(reason);
    }

    function refuses(bytes4 selector, uint256 a) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a));
    }

    function refuses(bytes4 selector, uint256 a, uint256 b) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a, b));
    }

    function refuses(bytes4 selector, bytes32 a, address b) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, a, b));
    }

    function refusesState(PositionState state) internal {
        refuses(PositionBook.WrongState.selector, uint256(state));
    }
}
