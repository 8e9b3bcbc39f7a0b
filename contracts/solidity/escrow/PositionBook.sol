// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CoverageState, ISolvencyRegistry} from "../interfaces/ISolvencyRegistry.sol";
import {Auction, Moment} from "./Auction.sol";
import {Balances} from "./Balances.sol";
import {Position, PositionState, TermsBounds} from "./Positions.sol";

/// The positions, what follows from one now, and what a front end reads. Nothing here changes anything.
abstract contract PositionBook is Balances, TermsBounds {
    using Auction for Moment;

    /// Most decimals of either token.
    uint8 public constant MAX_DECIMALS = 18;
    /// Assets of a registry.
    uint8 public constant MAX_ASSETS = 16;

    ISolvencyRegistry public immutable REGISTRY;
    /// The token of deposits, or `ETHER`.
    address public immutable COLLATERAL;
    /// Place of the collateral's asset in the registry, and so of its price in a round.
    uint8 public immutable ASSET;
    /// The token in which losses are named.
    address public immutable QUOTE;
    /// See `Moment`.
    uint128 private immutable UP;
    uint128 private immutable DOWN;

    /// Number of positions; their ids are 1 to this.
    uint256 public positions;
    mapping(uint256 id => Position) internal _positions;

    /// A token with so many decimals.
    error DecimalsOutOfBounds(uint8 decimals);
    /// The registry has no such asset.
    error AssetOutOfBounds(uint8 asset);
    /// The venue's claims are for another contract: coverage of them is no business of this one.
    error NotSettlement(bytes32 venue, address settlement);
    /// Only the address that pledged.
    error NotPledger(address operator);
    /// Only the address that opened.
    error NotOpener(address venueOperator);
    /// Not in this state of the position.
    error WrongState(PositionState state);
    /// Coverage is needed and the registry says otherwise.
    error NotCovered(CoverageState coverage);
    /// The registry says that the position is covered, or still in its grace.
    error NotExpired(CoverageState coverage);
    /// Not while the registry is paused.
    error RegistryPaused(uint64 until);
    /// The call can still be answered.
    error CallRunning(uint256 deadline);
    /// The operator has to ask first, or to put the lapse on record.
    error NothingNoted();

    constructor(ISolvencyRegistry registry, address collateral, uint8 asset, address quote) {
        if (asset >= MAX_ASSETS) revert AssetOutOfBounds(asset);
        (REGISTRY, COLLATERAL, ASSET, QUOTE) = (registry, collateral, asset, quote);
        uint8 collateralDecimals = collateral == ETHER ? 18 : _decimals(collateral);
        (UP, DOWN) = Auction.scales(collateralDecimals, _decimals(quote));
    }

    // What a front end needs

    function positionOf(uint256 id) external view returns (Position memory) {
        return _positions[id];
    }

    /// The registry's word, and whether the venue is secured now: by coverage, or by a deposit that answered its last call.
    function securityOf(uint256 id) external view returns (CoverageState coverage, bool secured) {
        Position storage position = _positions[id];
        coverage = _coverage(position);
        bool byDeposit =
            position.state == PositionState.Open && position.called != 0 && position.deposit >= position.called;
        secured = coverage == CoverageState.Covered || byDeposit;
    }

    /// When the running call can no longer be answered. While the registry is paused, this is the latest that it can be.
    function deadlineOf(uint256 id) external view returns (uint256) {
        Position storage position = _positions[id];
        if (position.state != PositionState.Called) revert WrongState(position.state);
        return _deadline(position);
    }

    /// Reverts, saying why, unless the venue may liquidate now: after a breach, or after a call's deadline while coverage has expired.
    function checkLiquidatable(uint256 id) external view {
        _checkLiquidatable(_positions[id]);
    }

    /// From when on `reclaim` succeeds, as things stand. Reverts where no time runs.
    function freeFrom(uint256 id) external view returns (uint256) {
        return _freeFrom(_positions[id]);
    }

    /// The running auction: price of a whole asset now in 10^-12 quote units (rounded up, for display), what can be bought in base
    /// units of collateral, and what all of that costs in base units of the quote token.
    function auctionOf(uint256 id) external view returns (uint256 price, uint128 amount, uint256 cost, uint256 end) {
        Position storage position = _positions[id];
        if (position.state != PositionState.Liquidating) revert WrongState(position.state);
        Moment memory moment = _moment(position);
        end = _auctionEnd(position);
        amount = uint128(Math.min(position.deposit, moment.amountCovering(position.owed)));
        (price, cost) = (moment.priceNow(), moment.cost(amount));
    }

    /// What `take` would give to the venue now, were the auction over: base units of collateral.
    function takeableOf(uint256 id) external view returns (uint128) {
        Position storage position = _positions[id];
        if (position.state != PositionState.Liquidating) revert WrongState(position.state);
        return _takeable(position);
    }

    // Conditions

    function _ofOperator(uint256 id) internal view returns (Position storage position) {
        position = _positions[id];
        if (msg.sender != position.operator) revert NotPledger(position.operator);
    }

    function _ofVenue(uint256 id) internal view returns (Position storage position) {
        position = _positions[id];
        if (msg.sender != position.venueOperator) revert NotOpener(position.venueOperator);
    }

    function _checkOpenOrCalled(Position storage position) internal view {
        PositionState state = position.state;
        if (state != PositionState.Open && state != PositionState.Called) revert WrongState(state);
    }

    function _checkSettlement(bytes32 venue) internal view {
        address settlement = REGISTRY.settlementOf(venue);
        if (settlement != address(this)) revert NotSettlement(venue, settlement);
    }

    function _checkNotPaused() internal view {
        if (REGISTRY.paused()) revert RegistryPaused(REGISTRY.pauseEnd());
    }

    function _checkCovered(Position storage position) internal view {
        _checkNotPaused();
        CoverageState coverage = _coverage(position);
        if (coverage != CoverageState.Covered) revert NotCovered(coverage);
    }

    /// `None` counts as expired: the position was covered when it was opened, so a registry that knows nothing of it now takes back
    /// what it said.
    function _checkLiquidatable(Position storage position) internal view {
        _checkOpenOrCalled(position);
        _checkNotPaused();
        CoverageState coverage = _coverage(position);
        if (coverage == CoverageState.Breached) return;
        if (position.state != PositionState.Called) revert WrongState(position.state);
        if (coverage == CoverageState.Covered || coverage == CoverageState.Grace) revert NotExpired(coverage);
        uint256 deadline = _deadline(position);
        if (block.timestamp < deadline) revert CallRunning(deadline);
    }

    // What follows from a position

    function _coverage(Position storage position) internal view returns (CoverageState) {
        return REGISTRY.stateOf(position.account, position.venue);
    }

    function _deadline(Position storage position) internal view returns (uint256) {
        return Math.max(position.calledAt, REGISTRY.pauseEnd()) + position.terms.callPeriod;
    }

    function _auctionEnd(Position storage position) internal view returns (uint256) {
        return uint256(position.auctionStart) + position.terms.auctionPeriod;
    }

    /// After a lapse that was noted, time that a later pause gave back to the operator is given to the venue too.
    function _freeFrom(Position storage position) internal view returns (uint256) {
        uint256 period = position.terms.closePeriod;
        if (position.state == PositionState.Liquidating) return _auctionEnd(position) + period;
        _checkOpenOrCalled(position);
        if (position.state == PositionState.Open) {
            if (position.closeRequestedAt == 0) revert NothingNoted();
            return uint256(position.closeRequestedAt) + period;
        }
        if (position.lapsedAt == 0) revert NothingNoted();
        return Math.max(position.lapsedAt, _deadline(position)) + period;
    }

    function _moment(Position storage position) internal view returns (Moment memory) {
        uint32 duration = position.terms.auctionPeriod;
        uint256 elapsed = Math.min(block.timestamp - position.auctionStart, duration);
        return Moment(position.price, uint40(elapsed), duration, UP, DOWN);
    }

    /// The last price, whatever the time is.
    function _takeable(Position storage position) internal view returns (uint128) {
        uint32 duration = position.terms.auctionPeriod;
        Moment memory last = Moment(position.price, duration, duration, UP, DOWN);
        return uint128(Math.min(position.deposit, last.amountWithin(position.owed)));
    }

    function _decimals(address token) private view returns (uint8 decimals) {
        decimals = IERC20Metadata(token).decimals();
        if (decimals > MAX_DECIMALS) revert DecimalsOutOfBounds(decimals);
    }
}
