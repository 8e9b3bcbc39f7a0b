// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CompactSignature, PriceRound, StatementHash, Valuation} from "../Statements.sol";
import {Proofs} from "../Proofs.sol";
import {Calendar} from "./Calendar.sol";
import {Signers} from "./Signers.sol";

/// V1, V2: price rounds that a quorum of oracles signed, on schedule.
///
/// It does not show that the market traded there, nor that a valuation digest is that of the prices: k oracles signed both.
abstract contract Prices is Signers, Calendar, Proofs {
    /// V1: the round is of another oracle set.
    error WrongOracleSet(uint32 version);
    /// V2: the number of prices is not that of the registry's assets.
    error WrongPriceCount(uint256 prices);
    /// V2: the round's time is not within its interval.
    error RoundOffSchedule(uint64 round, uint64 time);
    /// V2: the round is of a time to come.
    error RoundInFuture(uint64 time);
    /// V2: the round was too far behind at this time.
    error RoundStale(uint256 tooOldAt);
    /// V3: the oracles signed no valuation of the policy, or two.
    error ValuationNotSigned(bytes32 policy);

    /// Reverts unless enough oracles signed the round and it is on schedule. Returns its digest. How old it is, is for the caller.
    function _checkRound(PriceRound calldata round, CompactSignature[] calldata signatures)
        internal
        view
        returns (bytes32 digest)
    {
        if (round.oracleSetVersion != ORACLE_SET_VERSION) revert WrongOracleSet(round.oracleSetVersion);
        if (round.prices.length != ASSETS) revert WrongPriceCount(round.prices.length);
        (uint64 number, uint64 time) = (round.round, round.time);
        uint256 end = _tooOldAt(number, 0);
        if (time >= end || end - time > ROUND_LENGTH) revert RoundOffSchedule(number, time);
        if (time > block.timestamp) revert RoundInFuture(time);
        digest = _digest(StatementHash.hash(round));
        _checkOracles(digest, signatures);
    }

    /// The valuation that the oracles signed for the policy; reverts unless there is exactly one.
    function _valuationOf(PriceRound calldata round, bytes32 policy) internal pure returns (bytes32 digest) {
        Valuation[] calldata valuations = round.valuations;
        bool found = false;
        for (uint256 i = 0; i < valuations.length; ++i) {
            if (valuations[i].policy != policy) continue;
            if (found) revert ValuationNotSigned(policy);
            (found, digest) = (true, valuations[i].digest);
        }
        if (!found) revert ValuationNotSigned(policy);
    }
}
