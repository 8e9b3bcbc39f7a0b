// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AllocationStatement,
    BookAttestation,
    Claim,
    CoverageStatement,
    HoldingsStatement,
    PriceRound,
    Release,
    StatementHash
} from "../../solidity/Statements.sol";

/// What is signed of a statement, under the domain of one registry. (That these are the digests of EIP-712 is shown by the Rust
/// tests, against another implementation.)
contract Digests {
    bytes32 private immutable DOMAIN;

    constructor(bytes32 domain) {
        DOMAIN = domain;
    }

    function digest(BookAttestation calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(HoldingsStatement calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(AllocationStatement calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(Release calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(Claim calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(PriceRound calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function digest(CoverageStatement calldata s) external view returns (bytes32) {
        return _digest(StatementHash.hash(s));
    }

    function _digest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", DOMAIN, structHash));
    }
}
