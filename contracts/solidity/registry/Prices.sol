// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {PriceRound, StatementHash} from "../Statements.sol";
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
    /// V3: the oracles signed no valuation of the policy, or two, or not this one.
    error ValuationNotSigned(bytes32 policy);

    /// Reverts unless enough oracles signed the round and it is on schedule. Returns its digest. How old it is, is for the caller.
    function _checkRound(PriceRound calldata round, bytes[] calldata signatures)
        internal
        view
        returns (bytes32 digest)
    {
        if (round.oracleSetVersion != ORACLE_SET_VERSION) revert WrongOracleSet(round.oracleSetVersion);
        if (round.prices.length != ASSETS) revert WrongPriceCount(round.prices.length);
        uint256 end = _tooOldAt(round.round, 0);
        if (round.time >= end || round.time < end - ROUND_LENGTH) revert RoundOffSchedule(round.round, round.time);
        if (round.time > block.timestamp) revert RoundInFuture(round.time);
        digest = _digest(StatementHash.hash(round));
        _checkQuorum(digest, signatures, ORACLE, ORACLE_THRESHOLD);
    }

    /// Reverts unless the round has exactly one valuation of the policy, and it is this one.
    function _checkValuation(PriceRound calldata round, bytes32 policy, bytes32 valuation) internal pure {
        bool found = false;
        for (uint256 i = 0; i < round.valuations.length; ++i) {
            if (round.valuations[i].policy != policy) continue;
            if (found || round.valuations[i].digest != valuation) revert ValuationNotSigned(policy);
            found = true;
        }
        if (!found) revert ValuationNotSigned(policy);
    }
}
