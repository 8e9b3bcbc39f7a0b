// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Auction, Moment} from "../../solidity/escrow/Auction.sol";
import {Test} from "../Test.sol";

/// Costs and amounts, for any decimals, prices, times and amounts.
contract AuctionTest is Test {
    using Auction for Moment;

    uint32 private constant MAX_AUCTION = 3 days;

    function moment(uint256 seed, uint64 price, uint40 elapsed, uint32 duration) private pure returns (Moment memory made) {
        made.price = uint64(bound(price, 1, type(uint64).max));
        made.duration = uint32(bound(duration, 15 minutes, MAX_AUCTION));
        made.elapsed = uint40(bound(elapsed, 0, made.duration));
        (made.up, made.down) = Auction.scales(uint8(seed % 19), uint8(seed / 19 % 19));
    }

    function test_scales_agree_with_decimals() public pure {
        for (uint8 base = 0; base <= 18; ++base) {
            for (uint8 other = 0; other <= 18; ++other) {
                (uint256 up, uint256 down) = Auction.scales(base, other);
                vm.assertEq(up * 10 ** (uint256(base) + 12), down * 10 ** uint256(other));
                vm.assertTrue(up == 1 || down == 1);
                vm.assertLe(up, 10 ** 6);
                vm.assertLe(down, 10 ** 30);
            }
        }
    }

    /// The exact cost is between one unit less and the cost, multiplied out in 512 bits by another path.
    function test_a_cost_is_the_exact_one_rounded_up(uint256 seed, uint64 price, uint40 elapsed, uint32 duration, uint128 amount)
        public
        pure
    {
        Moment memory now_ = moment(seed, price, elapsed, duration);
        uint256 percent = 105 * uint256(now_.duration) - 55 * uint256(now_.elapsed);
        uint256 expected = Math.mulDiv(
            uint256(amount) * now_.price, percent * now_.up, 100 * uint256(now_.duration) * now_.down, Math.Rounding.Ceil
        );
        vm.assertEq(now_.cost(amount), expected);
    }

    function test_nothing_is_sold_for_nothing(uint256 seed, uint64 price, uint40 elapsed, uint32 duration, uint128 amount)
        public
        pure
    {
        vm.assertGe(moment(seed, price, elapsed, duration).cost(uint128(bound(amount, 1, type(uint128).max))), 1);
    }

    function test_a_cost_never_rises_with_time_and_never_falls_with_the_amount(
        uint256 seed,
        uint64 price,
        uint40 elapsed,
        uint32 duration,
        uint40 later,
        uint128 amount,
        uint128 more
    ) public pure {
        Moment memory now_ = moment(seed, price, elapsed, duration);
        uint256 cost = now_.cost(amount);
        vm.assertGe(now_.cost(uint128(bound(more, amount, type(uint128).max))), cost);
        now_.elapsed = uint40(bound(later, now_.elapsed, now_.duration));
        vm.assertLe(now_.cost(amount), cost);
    }

    function test_what_covers_a_debt_covers_it_and_one_less_does_not(
        uint256 seed,
        uint64 price,
        uint40 elapsed,
        uint32 duration,
        uint128 debt
    ) public pure {
        Moment memory now_ = moment(seed, price, elapsed, duration);
        uint256 amount = now_.amountCovering(debt);
        if (amount <= type(uint128).max) vm.assertGe(now_.cost(uint128(amount)), debt);
        if (amount > 0 && amount - 1 <= type(uint128).max) {
            // One less is worth less than the debt, before the cost is rounded up.
            vm.assertLe(now_.cost(uint128(amount - 1)), debt);
            vm.assertLt(now_.amountWithin(debt), amount + 1);
        }
    }

    function test_what_is_within_a_debt_costs_no_more_and_one_more_does(
        uint256 seed,
        uint64 price,
        uint40 elapsed,
        uint32 duration,
        uint128 debt
    ) public pure {
        Moment memory now_ = moment(seed, price, elapsed, duration);
        uint256 amount = now_.amountWithin(debt);
        if (amount <= type(uint128).max) vm.assertLe(now_.cost(uint128(amount)), debt);
        if (amount < type(uint128).max) vm.assertGt(now_.cost(uint128(amount + 1)), debt);
    }

    function test_the_widest_values_fit() public pure {
        Moment memory now_ = Moment(type(uint64).max, 0, MAX_AUCTION, 10 ** 6, 1);
        vm.assertGt(now_.cost(type(uint128).max), type(uint128).max);
        now_ = Moment(1, MAX_AUCTION, MAX_AUCTION, 1, 10 ** 30);
        vm.assertEq(now_.amountCovering(type(uint128).max), uint256(type(uint128).max) * 2 * 10 ** 30);
    }

    function test_the_price_is_105_percent_at_the_start_and_50_at_the_end(uint64 price, uint32 duration) public pure {
        Moment memory now_ = moment(0, price, 0, duration);
        vm.assertEq(now_.priceNow(), Math.ceilDiv(uint256(now_.price) * 105, 100));
        now_.elapsed = now_.duration;
        vm.assertEq(now_.priceNow(), Math.ceilDiv(uint256(now_.price), 2));
    }
}
