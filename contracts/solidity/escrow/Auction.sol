// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// A moment of a Dutch auction of one token for another.
struct Moment {
    /// Price of a whole collateral asset at the start, before the surcharge: 10^-12 quote units (`PriceRound.prices`), not zero.
    uint64 price;
    /// Seconds since the start, at most `duration`.
    uint40 elapsed;
    /// Seconds until the last price, at most 2^18.
    uint32 duration;
    /// 10^(quote decimals - collateral decimals - 12), or 1 where that exponent is negative; at most 10^6.
    uint128 up;
    /// 10^(collateral decimals + 12 - quote decimals), or 1 where that exponent is negative; at most 10^30.
    uint128 down;
}

/// Price and amounts of a Dutch auction that falls in a straight line from 105 % to 50 % of a price.
///
/// It does not show that the price was right: it is the oracles' median at the start, and the auction finds what buyers pay.
/// No price is ever rounded: a cost is one fraction of integers, rounded up once, so that nothing is sold for nothing.
library Auction {
    /// First price, in percent of the oracles'.
    uint256 internal constant FIRST_PERCENT = 105;
    /// Last price, in percent of the oracles'.
    uint256 internal constant LAST_PERCENT = 50;

    /// The scales between the two tokens' base units. Decimals of at most 18.
    function scales(uint8 collateralDecimals, uint8 quoteDecimals) internal pure returns (uint128 up, uint128 down) {
        uint256 below = uint256(collateralDecimals) + 12;
        if (below >= quoteDecimals) return (1, uint128(10 ** (below - quoteDecimals)));
        return (uint128(10 ** (quoteDecimals - below)), 1);
    }

    /// Base units of the quote token for `amount` base units of collateral, rounded up: at least one for any amount above zero.
    ///
    /// Products stay below 2^128 · 2^125, see `_numerator` and `_denominator`.
    function cost(Moment memory moment, uint128 amount) internal pure returns (uint256) {
        return Math.ceilDiv(amount * _numerator(moment), _denominator(moment));
    }

    /// The least base units of collateral that cost at least `debt` base units of the quote token.
    function amountCovering(Moment memory moment, uint128 debt) internal pure returns (uint256) {
        return Math.ceilDiv(debt * _denominator(moment), _numerator(moment));
    }

    /// The most base units of collateral whose price is at most `debt` base units of the quote token: collateral rounds down.
    function amountWithin(Moment memory moment, uint128 debt) internal pure returns (uint256) {
        return (debt * _denominator(moment)) / _numerator(moment);
    }

    /// Price of a whole asset now, rounded up: 10^-12 quote units. For display; nothing is computed from it.
    function priceNow(Moment memory moment) internal pure returns (uint256) {
        return Math.ceilDiv(moment.price * percent(moment), 100 * uint256(moment.duration));
    }

    /// Percent of the price, times the duration: exact. < 2^7 · 2^18 = 2^25.
    function percent(Moment memory moment) internal pure returns (uint256) {
        return FIRST_PERCENT * moment.duration - (FIRST_PERCENT - LAST_PERCENT) * moment.elapsed;
    }

    /// < 2^64 · 2^25 · 10^6 < 2^109. Not zero: the price is not, and the percentage is at least 50.
    function _numerator(Moment memory moment) private pure returns (uint256) {
        return moment.price * percent(moment) * moment.up;
    }

    /// < 2^7 · 2^18 · 10^30 < 2^125.
    function _denominator(Moment memory moment) private pure returns (uint256) {
        return 100 * uint256(moment.duration) * moment.down;
    }
}
