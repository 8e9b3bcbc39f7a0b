// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {RegistryTerms} from "./RegistryDocument.sol";

/// The registry's window, epochs, price rounds and bounds, as its document has them.
///
/// Ends are exclusive. The clock is the block's; its producer may shift it by seconds, which intervals must be long against.
abstract contract Calendar {
    /// The registry counts in `[VALID_FROM, VALID_UNTIL)`.
    uint64 internal immutable VALID_FROM;
    uint64 internal immutable VALID_UNTIL;
    /// Epoch `n` is `[EPOCH_ZERO + n·EPOCH_LENGTH, EPOCH_ZERO + (n + 1)·EPOCH_LENGTH)`.
    uint64 internal immutable EPOCH_ZERO;
    uint64 internal immutable EPOCH_LENGTH;
    /// Price round `n` is `[ROUND_ZERO + n·ROUND_LENGTH, ROUND_ZERO + (n + 1)·ROUND_LENGTH)`.
    uint64 internal immutable ROUND_ZERO;
    uint64 internal immutable ROUND_LENGTH;
    /// Books of one account and epoch are read at most this many seconds apart.
    uint64 internal immutable MAX_AS_OF_SPREAD;
    /// A book's snapshot is at most this many seconds old when it is recorded.
    uint64 internal immutable MAX_BOOK_AGE;
    /// Number of assets, and of a round's prices.
    uint256 internal immutable ASSETS;

    /// G1: now is outside the registry's window.
    error RegistryNotInForce(uint64 from, uint64 until);
    /// B2, A0, T2: the statement is of an epoch that is not the current one.
    error WrongEpoch(uint64 epoch);

    constructor(RegistryTerms memory terms) {
        VALID_FROM = terms.validFrom;
        VALID_UNTIL = terms.validUntil;
        EPOCH_ZERO = terms.epoch.zero;
        EPOCH_LENGTH = terms.epoch.length;
        ROUND_ZERO = terms.round.zero;
        ROUND_LENGTH = terms.round.length;
        MAX_AS_OF_SPREAD = terms.maxAsOfSpread;
        MAX_BOOK_AGE = terms.maxBookAge;
        ASSETS = terms.assets;
    }

    /// G1.
    function _checkInForce() internal view {
        (uint64 from, uint64 until) = (VALID_FROM, VALID_UNTIL);
        if (block.timestamp < from || block.timestamp >= until) revert RegistryNotInForce(from, until);
    }

    /// Reverts unless the epoch is the current one. Returns its end.
    function _checkEpoch(uint64 epoch) internal view returns (uint256 end) {
        uint256 begin = uint256(EPOCH_ZERO) + uint256(epoch) * EPOCH_LENGTH;
        end = begin + EPOCH_LENGTH;
        if (block.timestamp < begin || block.timestamp >= end) revert WrongEpoch(epoch);
    }

    /// When a price round is more than `lag` rounds behind.
    function _tooOldAt(uint64 round, uint256 lag) internal view returns (uint256) {
        // Below 2^130: a lag has 16 bits.
        unchecked {
            return uint256(ROUND_ZERO) + (uint256(round) + lag + 1) * ROUND_LENGTH;
        }
    }

    /// A time that fits its place in storage: an end that is too far away comes earlier, in the year 36,812.
    function _time(uint256 seconds_) internal pure returns (uint40) {
        return seconds_ > type(uint40).max ? type(uint40).max : uint40(seconds_);
    }
}
