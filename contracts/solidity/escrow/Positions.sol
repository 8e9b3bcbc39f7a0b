// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// Where a position of the escrow stands (spec/contracts.md, MarginEscrow).
enum PositionState {
    None,
    Pledged,
    Open,
    Called,
    Liquidating,
    Closed
}

/// What operator and venue agree on: named by the pledge, repeated by the opening.
struct Terms {
    /// What the operator must leave when releasing: base units of collateral.
    uint128 minimum;
    /// The most that the venue can claim in a liquidation: base units of the quote token. Not zero.
    uint128 greatestLoss;
    /// Time to answer a margin call, seconds: from the call, from its raise, or from the end of a pause of the registry.
    uint32 callPeriod;
    /// Time that the venue has to act before the operator takes the deposit back, seconds.
    uint32 closePeriod;
    /// Duration of an auction, seconds.
    uint32 auctionPeriod;
}

/// Times are Unix seconds, zero where there was no such event.
struct Position {
    bytes32 account;
    bytes32 venue;
    Terms terms;
    /// Who pledged: the account's operator then. To this address the deposit goes back.
    address operator;
    PositionState state;
    /// Since when the operator asks to close.
    uint40 closeRequestedAt;
    /// Since when it is on record that the venue may liquidate after an unanswered call.
    uint40 lapsedAt;
    /// Who opened: the venue's operator then. To this address goes what the venue is owed.
    address venueOperator;
    /// When the deposit was called for, or the call last raised.
    uint40 calledAt;
    /// When the call began.
    uint40 firstCalledAt;
    /// Base units of collateral.
    uint128 deposit;
    /// The deposit that answers the call. It stays after a call that was answered by deposit, zero after one answered by coverage.
    uint128 called;
    /// What the venue offers to take in settlement, zero where it offers nothing: base units of collateral.
    uint128 offered;
    /// What the venue still has to get from the auction: base units of the quote token.
    uint128 owed;
    /// The oracles' price at the start of the auction: 10^-12 quote units for one whole asset.
    uint64 price;
    uint40 auctionStart;
}

/// The bounds of what can be agreed on.
abstract contract TermsBounds {
    /// Longer than a node's outage, and than a few price rounds.
    uint32 public constant MIN_PERIOD = 1 hours;
    /// Call and close together stay below the seven days that pass at least between two pauses of the registry: otherwise pauses in
    /// a row could postpone a liquidation, or the operator's way out, for ever.
    uint32 public constant MAX_PERIOD = 3 days;
    uint32 public constant MIN_AUCTION = 15 minutes;
    uint32 public constant MAX_AUCTION = 3 days;

    /// A period that can't be agreed on.
    error PeriodOutOfBounds(uint32 period, uint32 least, uint32 most);
    /// Terms under which a liquidation could take nothing.
    error NoLossAgreed();
    /// Less is pledged, or would be left, than the minimum.
    error BelowMinimum(uint128 deposit, uint128 minimum);

    /// Reverts unless the terms can be agreed on for a pledge of `deposit`.
    function _checkTerms(Terms calldata terms, uint128 deposit) internal pure {
        _checkPeriod(terms.callPeriod, MIN_PERIOD, MAX_PERIOD);
        _checkPeriod(terms.closePeriod, MIN_PERIOD, MAX_PERIOD);
        _checkPeriod(terms.auctionPeriod, MIN_AUCTION, MAX_AUCTION);
        if (terms.greatestLoss == 0) revert NoLossAgreed();
        if (deposit < terms.minimum) revert BelowMinimum(deposit, terms.minimum);
    }

    function _checkPeriod(uint32 period, uint32 least, uint32 most) private pure {
        if (period < least || period > most) revert PeriodOutOfBounds(period, least, most);
    }
}
