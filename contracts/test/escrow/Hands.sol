// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {MarginEscrow} from "../../solidity/MarginEscrow.sol";
import {CompactSignature, PriceRound} from "../../solidity/Statements.sol";
import {Balances} from "../../solidity/escrow/Balances.sol";
import {Position, PositionState, Terms} from "../../solidity/escrow/Positions.sol";
import {CoverageState} from "../../solidity/interfaces/ISolvencyRegistry.sol";
import {Test} from "../Test.sol";
import {ChosenRegistry, Token} from "./Mocks.sol";

/// Two traders, two venues, two buyers and the world around them, acting at random. Beside the escrow they keep a model of what
/// each position is owed, from the specification: a step that the model does not allow fails the test.
contract Hands is Test {
    /// What the model knows of a position.
    struct Story {
        /// Came from the operator, went back to the operator, went to others: base units of collateral.
        uint256 put;
        uint256 back;
        uint256 taken;
        /// Zero where no call is unanswered.
        uint256 calledAt;
        uint256 callAmount;
        bool settled;
        bool liquidated;
    }

    uint64 internal constant PRICE = 50_000e12;
    uint256 internal constant MOST_POSITIONS = 6;

    MarginEscrow public immutable escrow;
    ChosenRegistry public immutable registry;
    address public immutable collateral;
    address public immutable quote;
    /// Traders, venues, buyers.
    address[6] public owners;
    /// Sent to the escrow without asking it.
    uint256 public donated;
    mapping(uint256 id => Story) public stories;
    mapping(bytes32 step => uint256) public count;
    /// When the running call began, raises or not.
    mapping(uint256 id => uint256) private calledFirstAt;

    constructor(address collateral_, address quote_) {
        (collateral, quote) = (collateral_, quote_);
        registry = new ChosenRegistry();
        bytes memory arguments = abi.encode(registry, collateral_, 0, quote_, address(this), address(this));
        escrow = MarginEscrow(deploy("MarginEscrow", arguments));
        for (uint256 i = 0; i < 6; ++i) {
            owners[i] = address(uint160(0xace0 + i));
        }
        for (uint256 i = 0; i < 2; ++i) {
            registry.setAccountOperator(bytes32(i), owners[i]);
            registry.setVenue(bytes32(i), owners[2 + i], address(escrow));
        }
    }

    // The world

    function wait(uint256 time) external {
        vm.warp(block.timestamp + bound(time, 1, 40 hours));
        afterwards("wait");
    }

    /// A breach stays.
    function changeState(uint256 seed) external {
        (bytes32 account, bytes32 venue) = (bytes32(seed % 2), bytes32(seed / 2 % 2));
        if (registry.stateOf(account, venue) == CoverageState.Breached && seed / 64 % 8 != 0) return;
        uint256 die = seed / 4 % 16;
        registry.setState(account, venue, die < 13 ? CoverageState(die % 4) : CoverageState.Breached);
        afterwards("changeState");
    }

    /// As the registry does it: at most seven days, and none within seven days after one.
    function pauseRegistry(uint256 time) external {
        if (registry.pauseEnd() != 0 && block.timestamp < registry.pauseEnd() + 7 days) return;
        registry.setPauseEnd(uint64(block.timestamp + bound(time, 1 hours, 7 days)));
        afterwards("pauseRegistry");
    }

    function unpauseRegistry() external {
        if (!registry.paused()) return;
        registry.setPauseEnd(uint64(block.timestamp));
        afterwards("unpauseRegistry");
    }

    function donate(uint256 amount) external {
        if (collateral == address(0)) return;
        amount = bound(amount, 1, 1e10);
        Token(collateral).mint(address(escrow), amount);
        donated += amount;
        afterwards("donate");
    }

    function pauseEscrow(uint256 seed) external {
        if (escrow.paused()) escrow.unpause();
        else if (seed % 4 == 0) escrow.pause();
        afterwards("pauseEscrow");
    }

    // Anybody

    function deposit(uint256 seed, uint256 amount) public {
        address owner = owners[seed % 6];
        amount = bound(amount, 1, 1e12);
        if (collateral == address(0)) {
            vm.deal(owner, owner.balance + amount);
            vm.prank(owner);
            escrow.deposit{value: amount}(amount);
        } else {
            Token(collateral).mint(owner, amount);
            vm.prank(owner);
            Token(collateral).approve(address(escrow), amount);
            vm.prank(owner);
            escrow.deposit(amount);
        }
        afterwards("deposit");
    }

    function withdraw(uint256 seed, uint256 amount) external {
        address owner = owners[seed % 6];
        address token = seed % 2 == 0 ? collateral : quote;
        uint256 most = escrow.balanceOf(token, owner);
        if (most == 0) return;
        vm.prank(owner);
        escrow.withdraw(token, bound(amount, 1, most), owner);
        afterwards("withdraw");
    }

    function buy(uint256 seed, uint128 most) external {
        uint256 id = find(seed, PositionState.Liquidating, PositionState.Liquidating);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        address buyer = owners[4 + seed % 2];
        Token(quote).mint(buyer, 1e30);
        vm.prank(buyer);
        Token(quote).approve(address(escrow), type(uint256).max);
        if (seed % 4 != 0) most = uint128(bound(most, 1, before.deposit));
        vm.prank(buyer);
        try escrow.buy(id, most, 0, type(uint256).max) returns (uint128 amount, uint256 cost) {
            stories[id].taken += amount;
            Position memory later = escrow.positionOf(id);
            // Nothing for nothing, nothing beyond what is owed but for the last base unit.
            vm.assertGt(cost, 0);
            if (later.state == PositionState.Closed) ended(id, before, amount, had);
            else vm.assertEq(before.owed - later.owed, cost);
            afterwards("buy");
        } catch {}
    }

    function answer(uint256 seed) external {
        uint256 id = find(seed, PositionState.Called, PositionState.Called);
        if (id == 0) return;
        bool covered = coverage(id) == CoverageState.Covered;
        try escrow.answer(id) {
            vm.assertTrue(covered, "answered without coverage");
            stories[id].calledAt = 0;
            afterwards("answer");
        } catch {
            vm.assertFalse(covered, "coverage answers");
        }
    }

    // Operators

    function pledge(uint256 seed, uint128 amount, Terms memory terms) public {
        uint256 trader = seed % 2;
        if (escrow.positions() == MOST_POSITIONS) return;
        amount = uint128(bound(amount, 1, 1e12));
        deposit(trader, amount);
        amount = uint128(bound(amount, 1, escrow.balanceOf(collateral, owners[trader])));
        terms.minimum = uint128(bound(terms.minimum, 0, amount));
        terms.greatestLoss = uint128(bound(terms.greatestLoss, 1, 1e12));
        terms.callPeriod = uint32(bound(terms.callPeriod, 1 hours, 3 days));
        terms.closePeriod = uint32(bound(terms.closePeriod, 1 hours, 3 days));
        terms.auctionPeriod = uint32(bound(terms.auctionPeriod, 15 minutes, 3 days));
        vm.prank(owners[trader]);
        try escrow.pledge(bytes32(trader), bytes32(seed / 2 % 2), amount, terms) returns (uint256 id) {
            stories[id].put = amount;
            if (seed % 8 != 0) open(id);
            afterwards("pledge");
        } catch {}
    }

    function topUp(uint256 seed, uint128 amount) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 most = escrow.balanceOf(collateral, before.operator);
        if (most == 0) return;
        amount = uint128(bound(amount, 1, most));
        vm.prank(before.operator);
        escrow.topUp(id, amount);
        Story storage story = stories[id];
        story.put += amount;
        if (story.calledAt != 0 && before.deposit + amount >= story.callAmount) {
            story.calledAt = 0;
            ++count["answered by deposit"];
        }
        vm.assertEq(escrow.positionOf(id).state == PositionState.Called ? 1 : 0, story.calledAt != 0 ? 1 : 0, "answered");
        afterwards("topUp");
    }

    function release(uint256 seed, uint128 amount) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Open);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        if (before.deposit == 0) return;
        amount = uint128(bound(amount, 1, before.deposit));
        bool byVenue = seed % 4 == 0;
        uint256 had = escrow.balanceOf(collateral, before.operator);
        vm.prank(byVenue ? before.venueOperator : before.operator);
        try escrow.release(id, amount) {
            bool may = coverage(id) == CoverageState.Covered && before.deposit - amount >= before.terms.minimum;
            vm.assertTrue(byVenue || may, "released");
            stories[id].back += amount;
            vm.assertEq(escrow.balanceOf(collateral, before.operator), had + amount);
            afterwards("release");
        } catch {}
    }

    function cancel(uint256 seed) external {
        uint256 id = find(seed, PositionState.Pledged, PositionState.Pledged);
        if (id == 0 || seed % 4 != 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        vm.prank(before.operator);
        escrow.cancel(id);
        ended(id, before, 0, had);
        afterwards("cancel");
    }

    function requestClose(uint256 seed) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0) return;
        vm.prank(escrow.positionOf(id).operator);
        try escrow.requestClose(id) {
            afterwards("requestClose");
        } catch {}
    }

    function noteLapse(uint256 seed) external {
        uint256 id = find(seed, PositionState.Called, PositionState.Called);
        if (id == 0) return;
        vm.prank(escrow.positionOf(id).operator);
        try escrow.noteLapse(id) {
            vm.assertTrue(mayLiquidate(id), "lapsed");
            afterwards("noteLapse");
        } catch {}
    }

    function reclaim(uint256 seed) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Liquidating);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        vm.prank(before.operator);
        try escrow.reclaim(id) {
            ended(id, before, 0, had);
            if (before.state == PositionState.Open) ++count["reclaim after a request"];
            if (before.state == PositionState.Called) ++count["reclaim after a lapse"];
            if (before.state == PositionState.Liquidating) ++count["reclaim after an auction"];
            afterwards("reclaim");
        } catch {}
    }

    function accept(uint256 seed) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        vm.prank(before.operator);
        try escrow.acceptSettlement(id, before.offered) {
            stories[id].settled = true;
            stories[id].taken += before.offered;
            ended(id, before, before.offered, had);
            afterwards("accept");
        } catch {}
    }

    // Venues

    function open(uint256 seed) public {
        uint256 id = find(seed, PositionState.Pledged, PositionState.Pledged);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        if (coverage(id) != CoverageState.Breached || seed % 2 == 0) {
            registry.setState(before.account, before.venue, CoverageState.Covered);
        }
        address venue = registry.venueOperator(before.venue);
        vm.prank(venue);
        try escrow.open(id, before.account, before.deposit, before.terms) {
            vm.assertTrue(coverage(id) == CoverageState.Covered && !registry.paused() && !escrow.paused(), "opened");
            afterwards("open");
        } catch {}
    }

    function marginCall(uint256 seed, uint128 amount) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        if (coverage(id) == CoverageState.Covered && seed % 4 != 0) {
            registry.setState(before.account, before.venue, CoverageState.Grace);
        }
        Story storage story = stories[id];
        amount = uint128(bound(amount, before.deposit, 2 * before.deposit + 1));
        vm.prank(before.venueOperator);
        try escrow.marginCall(id, amount) {
            vm.assertTrue(coverage(id) != CoverageState.Covered, "called while covered");
            vm.assertGt(amount, story.calledAt == 0 ? before.deposit : story.callAmount);
            if (story.calledAt != 0) {
                vm.assertLt(block.timestamp, calledFirstAt[id] + before.terms.callPeriod, "raised after the first deadline");
                ++count["raise"];
            } else {
                calledFirstAt[id] = block.timestamp;
            }
            (story.calledAt, story.callAmount) = (block.timestamp, amount);
            afterwards("marginCall");
        } catch {}
    }

    function offer(uint256 seed, uint128 amount) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0 || seed % 4 != 0) return;
        Position memory before = escrow.positionOf(id);
        vm.prank(before.venueOperator);
        escrow.offerSettlement(id, uint128(bound(amount, 0, before.deposit)));
        afterwards("offer");
    }

    function close(uint256 seed) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Liquidating);
        if (id == 0 || seed % 8 != 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        vm.prank(before.venueOperator);
        escrow.close(id);
        ended(id, before, 0, had);
        afterwards("close");
    }

    function liquidate(uint256 seed, uint128 loss) external {
        uint256 id = find(seed, PositionState.Open, PositionState.Called);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        uint256 had = free(before.operator);
        if (before.lapsedAt != 0 && seed % 4 != 0) return; // Now and then a venue lets its time pass.
        loss = uint128(bound(loss, 1, before.terms.greatestLoss));
        vm.prank(before.venueOperator);
        try escrow.liquidate(id, loss, round(), new CompactSignature[](0)) {
            vm.assertTrue(mayLiquidate(id), "liquidated");
            stories[id].liquidated = true;
            Position memory later = escrow.positionOf(id);
            if (later.state == PositionState.Closed) {
                uint256 taken = collateral != quote ? 0 : loss < before.deposit ? loss : before.deposit;
                stories[id].taken += taken;
                ended(id, before, taken, had);
            }
            if (coverage(id) == CoverageState.Breached) ++count["liquidate after a breach"];
            else ++count["liquidate after a call"];
            afterwards("liquidate");
        } catch {}
    }

    function take(uint256 seed) external {
        uint256 id = find(seed, PositionState.Liquidating, PositionState.Liquidating);
        if (id == 0) return;
        Position memory before = escrow.positionOf(id);
        (uint256 had, uint256 venueHad) = (free(before.operator), free(before.venueOperator));
        vm.prank(before.venueOperator);
        try escrow.take(id) {
            uint256 taken = free(before.venueOperator) - venueHad;
            // Its worth at half the price is not beyond what is owed: amount · 25,000 · 10^-8 in 10^-6, for both kinds of token.
            uint256 unit = collateral == address(0) ? 1e18 : 1e8;
            vm.assertLe(taken * 25_000e6, uint256(before.owed) * unit);
            stories[id].taken += taken;
            ended(id, before, taken, had);
            afterwards("take");
        } catch {}
    }

    /// Anybody tries anything with anybody's position, for another's role.
    function meddle(uint256 seed, uint128 amount) external {
        uint256 id = seed / 6 % (escrow.positions() + 1);
        address owner = owners[seed % 6];
        Position memory p = escrow.positionOf(id);
        if (owner == p.operator || owner == p.venueOperator) return;
        bytes[9] memory calls = [
            abi.encodeCall(MarginEscrow.cancel, (id)),
            abi.encodeCall(MarginEscrow.release, (id, amount)),
            abi.encodeCall(MarginEscrow.reclaim, (id)),
            abi.encodeCall(MarginEscrow.acceptSettlement, (id, p.offered)),
            abi.encodeCall(MarginEscrow.take, (id)),
            abi.encodeCall(MarginEscrow.close, (id)),
            abi.encodeCall(MarginEscrow.liquidate, (id, 1, round(), new CompactSignature[](0))),
            abi.encodeCall(MarginEscrow.marginCall, (id, amount)),
            abi.encodeCall(Balances.withdraw, (collateral, escrow.balanceOf(collateral, owner) + 1, owner))
        ];
        vm.prank(owner);
        (bool done,) = address(escrow).call(calls[seed / 1024 % 9]);
        vm.assertFalse(done, "meddled");
        afterwards("meddle");
    }

    // The model

    /// In the specification's words: a breach, or a call past its deadline, unanswered, while coverage is expired; not in a pause.
    function mayLiquidate(uint256 id) public view returns (bool) {
        Position memory p = escrow.positionOf(id);
        if (registry.paused()) return false;
        CoverageState state = coverage(id);
        if (state == CoverageState.Breached) return true;
        uint256 calledAt = stories[id].calledAt;
        if (calledAt == 0 || state == CoverageState.Covered || state == CoverageState.Grace) return false;
        uint256 from = calledAt > registry.pauseEnd() ? calledAt : registry.pauseEnd();
        return block.timestamp >= from + p.terms.callPeriod;
    }

    function coverage(uint256 id) public view returns (CoverageState) {
        Position memory p = escrow.positionOf(id);
        return registry.stateOf(p.account, p.venue);
    }

    function round() public pure returns (PriceRound memory made) {
        made.prices = new uint64[](1);
        made.prices[0] = PRICE;
    }

    /// A position whose state is in `[low, high]`, or zero: the first one from a place that the seed names.
    function find(uint256 seed, PositionState low, PositionState high) public view returns (uint256) {
        uint256 many = escrow.positions();
        for (uint256 i = 0; i < many; ++i) {
            uint256 id = 1 + (seed % many + many - 1 + i) % many;
            PositionState state = escrow.positionOf(id).state;
            if (state >= low && state <= high) return id;
        }
        return 0;
    }

    function free(address owner) private view returns (uint256) {
        return escrow.balanceOf(collateral, owner);
    }

    /// The position ended, and what was not taken in this step went to the operator, who had `had`.
    function ended(uint256 id, Position memory before, uint256 taken, uint256 had) private {
        vm.assertEq(escrow.positionOf(id).deposit, 0);
        vm.assertEq(free(before.operator), had + before.deposit - taken, "the rest is the operator's");
        stories[id].back += before.deposit - taken;
    }

    function afterwards(bytes32 step) private {
        ++count[step];
        for (uint256 id = 1; id <= escrow.positions(); ++id) {
            Position memory p = escrow.positionOf(id);
            Story memory story = stories[id];
            vm.assertEq(p.deposit, story.put - story.back - story.taken, "the deposit shrank otherwise");
            vm.assertTrue(story.taken == 0 || story.settled || story.liquidated, "taken without a reason");
        }
    }
}
