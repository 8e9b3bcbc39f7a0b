// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {ISolvencyRegistry} from "./interfaces/ISolvencyRegistry.sol";

/// A position's coverage in the form of a price feed, for those who have an `AggregatorV3Interface` at hand: the answer is the time
/// until which the position is covered, in Unix seconds, exclusive; the round is the price round that shows it.
///
/// It is no price, and an answer in the past is as valid as one ahead: who reads it compares it with the clock. It shows no more
/// than the registry that it reads.
contract CoverageFeed {
    ISolvencyRegistry public immutable REGISTRY;
    bytes32 public immutable ACCOUNT;
    bytes32 public immutable VENUE;

    uint8 public constant decimals = 0;
    uint256 public constant version = 1;
    string public constant description = "covered until";

    /// The position was never covered.
    error NoCoverage();
    /// Only the last round is kept.
    error RoundNotKept(uint80 round, uint80 latest);

    constructor(ISolvencyRegistry registry, bytes32 account, bytes32 venue) {
        REGISTRY = registry;
        ACCOUNT = account;
        VENUE = venue;
    }

    /// The last coverage that was recorded: `answer` is its end, cut short where it ended sooner.
    function latestRoundData()
        public
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (uint64 until, uint64 round, uint64 recordedAt) = REGISTRY.coverageOf(ACCOUNT, VENUE);
        if (recordedAt == 0) revert NoCoverage();
        return (round, int256(uint256(until)), recordedAt, recordedAt, round);
    }

    /// As `latestRoundData`, for the last round only.
    function getRoundData(uint80 round)
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        (roundId, answer, startedAt, updatedAt, answeredInRound) = latestRoundData();
        if (roundId != round) revert RoundNotKept(round, roundId);
    }
}
