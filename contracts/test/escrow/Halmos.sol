// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {Auction, Moment} from "../../solidity/escrow/Auction.sol";
import {PositionBook} from "../../solidity/escrow/PositionBook.sol";
import {Position, PositionState} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {EscrowTest} from "./EscrowTest.sol";

// For all inputs of the types, not for some: npm run halmos. A revert is a failure, so nothing here overflows.

contract AuctionHalmos is Test {
    using Auction for Moment;

    function moment(uint64 price, uint40 elapsed, uint32 duration) private pure returns (Moment memory made) {
        (made.price, made.elapsed, made.duration) = (price, elapsed, duration);
        (made.up, made.down) = Auction.scales(8, 6);
        vm.assume(price > 0 && duration > 0 && duration <= 3 days && elapsed <= duration);
    }

    function check_percentage_is_between_50_and_105(uint40 elapsed) public pure {
        uint256 percent = moment(1, elapsed, 6 hours).percent();
        vm.assertLe(percent, 105 * uint256(6 hours));
        vm.assertGe(percent, 50 * uint256(6 hours));
    }

    function check_percentage_falls(uint40 elapsed, uint40 later) public pure {
        vm.assume(elapsed < later);
        vm.assertLt(moment(1, later, 6 hours).percent(), moment(1, elapsed, 6 hours).percent());
    }

    function check_lowest_price_is_within_its_bounds(uint40 elapsed) public pure {
        checkPrice(1, elapsed);
    }

    function check_a_price_is_within_its_bounds(uint40 elapsed) public pure {
        checkPrice(50_000e12, elapsed);
    }

    function check_highest_price_is_within_its_bounds(uint40 elapsed) public pure {
        checkPrice(type(uint64).max, elapsed);
    }

    function checkPrice(uint64 price, uint40 elapsed) private pure {
        uint256 priceNow = moment(price, elapsed, 6 hours).priceNow();
        vm.assertLe(priceNow * 100, uint256(price) * 105 + 99);
        vm.assertGe(priceNow * 2, price);
    }

    function check_every_cost_can_be_computed(uint64 price, uint40 elapsed, uint128 amount) public pure {
        moment(price, elapsed, 6 hours).cost(amount);
    }

    function check_every_amount_can_be_computed(uint64 price, uint40 elapsed, uint128 debt) public pure {
        moment(price, elapsed, 6 hours).amountCovering(debt);
        moment(price, elapsed, 6 hours).amountWithin(debt);
    }

    function check_nothing_is_sold_for_nothing(uint64 price, uint40 elapsed, uint128 amount) public pure {
        vm.assume(amount > 0);
        vm.assertGe(moment(price, elapsed, 6 hours).cost(amount), 1);
    }
}

contract PackingHalmos is Test {
    Position private position;

    /// Fields share slots; each keeps what was written to it, in whatever order.
    function check_fields_of_a_position_keep_apart(Position memory written) public {
        vm.assume(uint8(written.state) <= uint8(PositionState.Closed));
        position.offered = written.offered;
        position.called = written.called;
        position.auctionStart = written.auctionStart;
        position.price = written.price;
        position.owed = written.owed;
        position.deposit = written.deposit;
        position.firstCalledAt = written.firstCalledAt;
        position.calledAt = written.calledAt;
        position.venueOperator = written.venueOperator;
        position.lapsedAt = written.lapsedAt;
        position.closeRequestedAt = written.closeRequestedAt;
        position.state = written.state;
        position.operator = written.operator;
        position.terms = written.terms;
        position.venue = written.venue;
        position.account = written.account;
        vm.assertEq(keccak256(abi.encode(position)), keccak256(abi.encode(written)));
    }
}

contract TimeHalmos is EscrowTest {
    uint256 private id;

    /// Halmos reads no files.
    function deployed(bytes memory) internal override returns (MarginEscrow) {
        return new MarginEscrow(registry, address(collateral), ASSET, address(quote), ADMIN, GUARDIAN);
    }

    function setUp() public override {
        super.setUp();
        id = called();
        cover(CoverageState.Expired);
    }

    /// Once the venue may liquidate, time alone does not take that away.
    function check_a_lapse_stays(uint40 time, uint40 later) public {
        vm.assume(START <= time && time <= later);
        vm.warp(time);
        (bool may,) = address(escrow).call(abi.encodeCall(PositionBook.checkLiquidatable, (id)));
        vm.warp(later);
        (bool mayLater,) = address(escrow).call(abi.encodeCall(PositionBook.checkLiquidatable, (id)));
        vm.assertTrue(!may || mayLater);
    }

    /// The deadline counts from the later one of call and end of a pause, whatever the end is.
    function check_a_call_runs_for_its_time_after_every_pause(uint40 time, uint40 pauseEnd) public {
        vm.assume(START <= time);
        registry.setPauseEnd(pauseEnd);
        vm.warp(time);
        (bool may,) = address(escrow).call(abi.encodeCall(PositionBook.checkLiquidatable, (id)));
        uint256 from = pauseEnd > START ? pauseEnd : START;
        vm.assertTrue(may == (time >= from + 1 days));
    }
}
