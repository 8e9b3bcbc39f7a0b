// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {CompactSignature, PriceRound} from "../Statements.sol";

/// What the registry says of an account's position at a venue (spec/contracts.md, State).
enum CoverageState {
    None,
    Covered,
    Grace,
    Expired,
    Breached
}

/// What a contract that acts on coverage reads.
///
/// It does not show that the attested balances exist, or that prices were real: see spec/threats.md.
interface ISolvencyRegistry {
    /// The state now.
    function stateOf(bytes32 account, bytes32 venue) external view returns (CoverageState);

    /// Whether the state is `Covered`.
    function isCovered(bytes32 account, bytes32 venue) external view returns (bool);

    /// Time until which the position is covered (exclusive, Unix seconds), the price round that shows it, and when that was
    /// recorded; zeros where it never was.
    function coverageOf(bytes32 account, bytes32 venue)
        external
        view
        returns (uint64 until, uint64 round, uint64 recordedAt);

    /// Who acts for the account on-chain (the trader); zero where the account is not registered.
    function accountOperator(bytes32 account) external view returns (address);

    /// Who acts for the venue on-chain; zero where the venue is not registered.
    function venueOperator(bytes32 venue) external view returns (address);

    /// The one contract that may act on pledges to the venue: the `settlement` of its claims.
    function settlementOf(bytes32 venue) external view returns (address);

    /// Reverts unless enough oracles signed the round and it is not older than the venue's lag now. Returns its digest.
    function checkRound(bytes32 venue, PriceRound calldata round, CompactSignature[] calldata signatures)
        external
        view
        returns (bytes32 digest);

    /// Whether the registry is paused: then nothing may be liquidated.
    function paused() external view returns (bool);

    /// When the last pause ended, or ends by itself while it lasts (exclusive, Unix seconds); zero where there was none. What had
    /// to be answered during a pause has its full time again from here.
    function pauseEnd() external view returns (uint64);
}
