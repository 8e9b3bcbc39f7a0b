// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

/// How a position stands, in one word, which costs one read and one write at every price round:
///
/// | bits | |
/// |---|---|
/// | 0 | `until`: covered until this time |
/// | 40 | `round`: the price round that shows it |
/// | 80 | `recordedAt`: when that was recorded; 0 where it never was |
/// | 120 | `pledgeEnd`: end of the bound pledge's allocation |
/// | 160 | `claimEnd`: end of the claim or of the registry, whichever is sooner |
/// | 200 | `grace` of the venue, in seconds: 24 bits |
/// | 224 | `roundLag` of the venue: 16 bits |
/// | 240 | `expired`: somebody wrote down that it expired |
type Status is uint256;

using StatusWord for Status global;

/// Times and rounds have 40 bits: rounds are no shorter than a second.
library StatusWord {
    uint256 private constant MASK = type(uint40).max;

    function until(Status status) internal pure returns (uint256) {
        return Status.unwrap(status) & MASK;
    }

    function round(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 40) & MASK;
    }

    function recordedAt(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 80) & MASK;
    }

    function pledgeEnd(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 120) & MASK;
    }

    function claimEnd(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 160) & MASK;
    }

    function grace(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 200) & type(uint24).max;
    }

    function roundLag(Status status) internal pure returns (uint256) {
        return (Status.unwrap(status) >> 224) & type(uint16).max;
    }

    function expired(Status status) internal pure returns (bool) {
        return Status.unwrap(status) >> 240 != 0;
    }

    /// Covered by a round from now on; no longer expired.
    function covered(Status status, uint40 until_, uint40 round_, uint40 now_) internal pure returns (Status) {
        uint256 kept = ((Status.unwrap(status) >> 120) << 136) >> 16;
        return Status.wrap(kept | (uint256(now_) << 80) | (uint256(round_) << 40) | until_);
    }

    /// Covered no longer than until this time.
    function endedAt(Status status, uint40 until_) internal pure returns (Status) {
        return Status.wrap(((Status.unwrap(status) >> 40) << 40) | until_);
    }

    /// Another pledge is bound.
    function withPledge(Status status, uint40 pledgeEnd_) internal pure returns (Status) {
        return Status.wrap((Status.unwrap(status) & ~(MASK << 120)) | (uint256(pledgeEnd_) << 120));
    }

    /// Another claim is recorded, under the venue's terms.
    function withClaim(Status status, uint40 claimEnd_, uint24 grace_, uint16 roundLag_) internal pure returns (Status) {
        uint256 rest = Status.unwrap(status) & ~(uint256(type(uint80).max) << 160);
        uint256 terms = (uint256(roundLag_) << 224) | (uint256(grace_) << 200) | (uint256(claimEnd_) << 160);
        return Status.wrap(rest | terms);
    }

    /// Somebody wrote down that it expired.
    function withExpiry(Status status) internal pure returns (Status) {
        return Status.wrap(Status.unwrap(status) | (1 << 240));
    }
}
