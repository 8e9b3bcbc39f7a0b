// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

import {CompactSignature, PriceRound} from "./Statements.sol";
import {Auction, Moment} from "./escrow/Auction.sol";
import {PositionBook} from "./escrow/PositionBook.sol";
import {Position, PositionState, Terms} from "./escrow/Positions.sol";
import {CoverageState, ISolvencyRegistry} from "./interfaces/ISolvencyRegistry.sol";

/// Margin positions against a deposit that stands beside the collateral in the vaults (spec/contracts.md, MarginEscrow).
///
/// What this does not show: that the loss which a venue names in a liquidation is its loss (the operator agreed to a greatest one,
/// and no more can be taken), that the registry's word on coverage is true (see spec/threats.md), or that the quote token is
/// worth what the registry's quote currency is.
///
/// A deposit leaves its operator only by a settlement that the operator accepted, or by a liquidation: after a breach, or after a
/// margin call that ran out unanswered while coverage had expired. The parties of a position are the addresses that pledged and
/// opened it: a later change in the registry moves neither the deposit nor the right to it. Pausing stops new positions and nothing
/// else; while the registry is paused no liquidation begins, and a call's time begins again with the end of that pause.
contract MarginEscrow is PositionBook, Pausable, AccessControl {
    using Auction for Moment;

    /// Pauses, and ends pauses. The administrator appoints guardians and can do nothing else.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    event Pledged(
        uint256 indexed id, bytes32 indexed account, bytes32 indexed venue, address operator, uint128 deposit, Terms terms
    );
    event Cancelled(uint256 indexed id);
    event Opened(uint256 indexed id, address venueOperator);
    event ToppedUp(uint256 indexed id, uint128 amount, uint128 deposit);
    event Released(uint256 indexed id, address by, uint128 amount, uint128 deposit);
    event MarginCalled(uint256 indexed id, uint128 amount, uint256 deadline);
    event CallAnswered(uint256 indexed id, bool byCoverage);
    event CloseRequested(uint256 indexed id, uint256 freeFrom);
    event CallLapsed(uint256 indexed id, uint256 freeFrom);
    event SettlementOffered(uint256 indexed id, uint128 amount);
    event Settled(uint256 indexed id, uint128 toVenue);
    event LiquidationStarted(
        uint256 indexed id, CoverageState coverage, uint128 owed, bytes32 round, uint64 price, uint256 auctionEnd
    );
    event Bought(uint256 indexed id, address indexed buyer, uint128 amount, uint256 cost, uint128 toVenue);
    event Taken(uint256 indexed id, uint128 amount);
    event Closed(uint256 indexed id, uint128 toOperator);

    /// The registry names another operator of the account.
    error NotAccountOperator(bytes32 account, address operator);
    /// The registry names another operator of the venue.
    error NotVenueOperator(bytes32 venue, address operator);
    /// Deposit or terms are not those of the pledge.
    error TermsDiffer();
    /// A call is for more than is deposited, and its raise for more than the call.
    error CallTooLow(uint128 amount, uint128 above);
    /// A call can be raised until its first deadline.
    error RaiseTooLate(uint256 end);
    /// More than is deposited.
    error BeyondDeposit(uint128 amount, uint128 deposit);
    /// Another amount than the venue offers to take.
    error OfferDiffers(uint128 offered);
    /// A loss of zero, or more than was agreed on.
    error LossOutOfBounds(uint128 loss, uint128 greatest);
    /// The round has no price of the collateral, or zero.
    error NoPrice();
    /// The auction is over.
    error AuctionOver(uint256 end);
    /// The auction is not over.
    error AuctionRunning(uint256 end);
    /// The auction has less to sell, or sells less, than the buyer wants at least.
    error TooLittle(uint128 amount, uint128 least);
    /// It costs more than the buyer wants to pay.
    error TooExpensive(uint256 cost, uint256 most);
    /// The operator asked already, or the lapse is on record already.
    error AlreadyNoted(uint40 since);
    /// The deposit is free from this time on.
    error TooEarly(uint256 freeFrom);

    /// `asset` is the collateral's place in the registry's document. Whoever uses this contract has to compare the two.
    constructor(
        ISolvencyRegistry registry,
        address collateral,
        uint8 asset,
        address quote,
        address admin,
        address guardian
    ) PositionBook(registry, collateral, asset, quote) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    // Roles

    /// Stops pledges and openings. Only a guardian.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        _pause();
    }

    /// Only a guardian.
    function unpause() external onlyRole(GUARDIAN_ROLE) {
        _unpause();
    }

    // Operator

    /// Adds collateral to the sender's free balance: `amount` base units, which the sender has approved, or sends along where the
    /// collateral is the chain's own coin. Anybody.
    function deposit(uint256 amount) external payable nonReentrant {
        if (amount == 0) revert ZeroAmount();
        _credit(COLLATERAL, msg.sender, amount);
        emit Deposited(COLLATERAL, msg.sender, amount);
        _receive(COLLATERAL, amount);
    }

    /// Pledges `amount` of the sender's free balance under `terms`. Only the account's operator. Returns the position's id.
    function pledge(bytes32 account, bytes32 venue, uint128 amount, Terms calldata terms)
        external
        nonReentrant
        whenNotPaused
        returns (uint256 id)
    {
        address operator = REGISTRY.accountOperator(account);
        if (msg.sender != operator) revert NotAccountOperator(account, operator);
        _checkSettlement(venue);
        _checkTerms(terms, amount);
        _debit(COLLATERAL, msg.sender, amount);

        id = ++positions;
        Position storage position = _positions[id];
        (position.account, position.venue, position.terms) = (account, venue, terms);
        (position.operator, position.state, position.deposit) = (msg.sender, PositionState.Pledged, amount);
        emit Pledged(id, account, venue, msg.sender, amount, terms);
    }

    /// Takes back a pledge that the venue has not opened. Only who pledged.
    function cancel(uint256 id) external nonReentrant {
        Position storage position = _ofOperator(id);
        if (position.state != PositionState.Pledged) revert WrongState(position.state);
        emit Cancelled(id);
        _close(id, position);
    }

    /// Adds `amount` of the sender's free balance to the deposit; answers a call that it reaches. Only who pledged.
    function topUp(uint256 id, uint128 amount) external nonReentrant {
        Position storage position = _ofOperator(id);
        _checkOpenOrCalled(position);
        _debit(COLLATERAL, msg.sender, amount);
        position.deposit += amount;
        emit ToppedUp(id, amount, position.deposit);
        if (position.state == PositionState.Called && position.deposit >= position.called) {
            // Coverage is not what answered: the venue gets the full time again to act on a request to close.
            if (position.closeRequestedAt != 0) position.closeRequestedAt = uint40(block.timestamp);
            _answer(id, position, false);
        }
    }

    /// Takes from the deposit: who pledged, down to the minimum, while covered and the registry is not paused; who opened, any
    /// amount, for the operator. Not while a call runs.
    function release(uint256 id, uint128 amount) external nonReentrant {
        Position storage position = _positions[id];
        if (msg.sender != position.operator && msg.sender != position.venueOperator) revert NotPledger(position.operator);
        if (position.state != PositionState.Open) revert WrongState(position.state);
        if (amount == 0) revert ZeroAmount();
        if (amount > position.deposit) revert BeyondDeposit(amount, position.deposit);
        uint128 left = position.deposit - amount;
        if (msg.sender != position.venueOperator) {
            _checkCovered(position);
            if (left < position.terms.minimum) revert BelowMinimum(left, position.terms.minimum);
        }
        position.deposit = left;
        _credit(COLLATERAL, position.operator, amount);
        emit Released(id, msg.sender, amount, left);
    }

    /// Asks to close: after the agreed time without a call, the deposit is free. Only who pledged.
    function requestClose(uint256 id) external nonReentrant {
        Position storage position = _ofOperator(id);
        _checkOpenOrCalled(position);
        if (position.closeRequestedAt != 0) revert AlreadyNoted(position.closeRequestedAt);
        position.closeRequestedAt = uint40(block.timestamp);
        emit CloseRequested(id, block.timestamp + position.terms.closePeriod);
    }

    /// Puts on record that the venue may liquidate: from here it has the agreed time to do so. Only who pledged.
    function noteLapse(uint256 id) external nonReentrant {
        Position storage position = _ofOperator(id);
        if (position.state != PositionState.Called) revert WrongState(position.state);
        _checkLiquidatable(position);
        if (position.lapsedAt != 0) revert AlreadyNoted(position.lapsedAt);
        position.lapsedAt = uint40(block.timestamp);
        emit CallLapsed(id, block.timestamp + position.terms.closePeriod);
    }

    /// Takes back the deposit that is free: some time after a request to close without a call, after a call that ran out and was
    /// noted, or after the end of an auction; see `freeFrom`. Only who pledged.
    function reclaim(uint256 id) external nonReentrant {
        Position storage position = _ofOperator(id);
        uint256 from = _freeFrom(position);
        if (block.timestamp < from) revert TooEarly(from);
        _close(id, position);
    }

    /// Accepts that the venue takes `amount` of the deposit, exactly as offered, and gets the rest back. Only who pledged.
    function acceptSettlement(uint256 id, uint128 amount) external nonReentrant {
        Position storage position = _ofOperator(id);
        _checkOpenOrCalled(position);
        if (amount == 0) revert ZeroAmount();
        if (amount != position.offered) revert OfferDiffers(position.offered);
        if (amount > position.deposit) revert BeyondDeposit(amount, position.deposit);
        position.deposit -= amount;
        _credit(COLLATERAL, position.venueOperator, amount);
        emit Settled(id, amount);
        _close(id, position);
    }

    // Venue

    /// Opens a pledged position, of this account, deposit and terms. Only the venue's operator, while the registry says that the
    /// position is covered, and is not paused.
    function open(uint256 id, bytes32 account, uint128 amount, Terms calldata terms) external nonReentrant whenNotPaused {
        Position storage position = _positions[id];
        if (position.state != PositionState.Pledged) revert WrongState(position.state);
        address venueOperator = REGISTRY.venueOperator(position.venue);
        if (msg.sender != venueOperator) revert NotVenueOperator(position.venue, venueOperator);
        address operator = REGISTRY.accountOperator(position.account);
        if (operator != position.operator) revert NotAccountOperator(position.account, operator);
        _checkSettlement(position.venue);
        if (
            account != position.account || amount != position.deposit
                || keccak256(abi.encode(terms)) != keccak256(abi.encode(position.terms))
        ) revert TermsDiffer();
        _checkCovered(position);
        (position.state, position.venueOperator) = (PositionState.Open, msg.sender);
        emit Opened(id, msg.sender);
    }

    /// Demands that the position be covered again, or the deposit reach `amount` base units of collateral. Only who opened, while not
    /// covered. A raise gives the full time again; it is possible until the first deadline (the end of the first period, whatever
    /// pauses do to it), so that raises can't keep a deposit.
    function marginCall(uint256 id, uint128 amount) external nonReentrant {
        Position storage position = _ofVenue(id);
        _checkOpenOrCalled(position);
        CoverageState coverage = _coverage(position);
        if (coverage == CoverageState.Covered) revert NotExpired(coverage);
        if (position.state == PositionState.Called) {
            if (amount <= position.called) revert CallTooLow(amount, position.called);
            uint256 end = uint256(position.firstCalledAt) + position.terms.callPeriod;
            if (block.timestamp >= end) revert RaiseTooLate(end);
        } else {
            if (amount <= position.deposit) revert CallTooLow(amount, position.deposit);
            (position.state, position.firstCalledAt) = (PositionState.Called, uint40(block.timestamp));
        }
        (position.called, position.calledAt) = (amount, uint40(block.timestamp));
        emit MarginCalled(id, amount, _deadline(position));
    }

    /// Names what the venue takes of the deposit, in base units of collateral, should the operator accept. Stands until another one
    /// replaces it, also through calls; zero takes it back.
    /// Only who opened.
    function offerSettlement(uint256 id, uint128 amount) external nonReentrant {
        Position storage position = _ofVenue(id);
        _checkOpenOrCalled(position);
        if (amount > position.deposit) revert BeyondDeposit(amount, position.deposit);
        position.offered = amount;
        emit SettlementOffered(id, amount);
    }

    /// Ends the position, whatever its state; what is left of the deposit is the operator's. Only who opened.
    function close(uint256 id) external nonReentrant {
        Position storage position = _ofVenue(id);
        if (position.state != PositionState.Liquidating) _checkOpenOrCalled(position);
        _close(id, position);
    }

    /// Begins to sell the deposit for `loss`, base units of the quote token, at the price of a round that the registry accepts now;
    /// where collateral and quote are one token, takes the loss from the deposit, and reads no round. Only who opened, while
    /// `checkLiquidatable` passes.
    function liquidate(uint256 id, uint128 loss, PriceRound calldata round, CompactSignature[] calldata signatures)
        external
        nonReentrant
    {
        Position storage position = _ofVenue(id);
        _checkLiquidatable(position);
        if (loss == 0 || loss > position.terms.greatestLoss) revert LossOutOfBounds(loss, position.terms.greatestLoss);

        if (COLLATERAL == QUOTE) {
            emit LiquidationStarted(id, _coverage(position), loss, 0, 0, block.timestamp);
            return _payVenue(id, position, uint128(Math.min(loss, position.deposit)));
        }
        bytes32 digest = REGISTRY.checkRound(position.venue, round, signatures);
        if (round.prices.length <= ASSET || round.prices[ASSET] == 0) revert NoPrice();
        (position.state, position.owed, position.price) = (PositionState.Liquidating, loss, round.prices[ASSET]);
        position.auctionStart = uint40(block.timestamp);
        emit LiquidationStarted(id, _coverage(position), loss, digest, position.price, _auctionEnd(position));
        // An amount that this contract counts itself; nobody can send something to it.
        // slither-disable-next-line incorrect-equality
        if (position.deposit == 0) _close(id, position);
    }

    /// After the end of an auction: takes what is left at the last price, as far as the venue is owed. Only who opened.
    function take(uint256 id) external nonReentrant {
        Position storage position = _ofVenue(id);
        if (position.state != PositionState.Liquidating) revert WrongState(position.state);
        uint256 end = _auctionEnd(position);
        if (block.timestamp < end) revert AuctionRunning(end);
        _payVenue(id, position, _takeable(position));
    }

    // Anybody

    /// Writes down that a call is answered: the registry says that the position is covered. Anybody.
    function answer(uint256 id) external nonReentrant {
        Position storage position = _positions[id];
        if (position.state != PositionState.Called) revert WrongState(position.state);
        CoverageState coverage = _coverage(position);
        if (coverage != CoverageState.Covered) revert NotCovered(coverage);
        position.called = 0;
        _answer(id, position, true);
    }

    /// Buys up to `most` base units of the deposit at the price of this moment, and no more than pays what the venue is still owed;
    /// reverts where that is less than `least` or costs more than `mostCost` base units of the quote token, which the sender has
    /// approved. The collateral is added to the sender's free balance. Anybody.
    ///
    /// The last base unit may cost more than the venue is still owed; the difference is the operator's.
    function buy(uint256 id, uint128 most, uint128 least, uint256 mostCost)
        external
        nonReentrant
        returns (uint128 amount, uint256 cost)
    {
        Position storage position = _positions[id];
        if (position.state != PositionState.Liquidating) revert WrongState(position.state);
        uint256 end = _auctionEnd(position);
        if (block.timestamp >= end) revert AuctionOver(end);
        Moment memory moment = _moment(position);
        uint256 available = Math.min(position.deposit, moment.amountCovering(position.owed));
        amount = uint128(Math.min(most, available));
        // Nobody can make it other than zero by sending something: a minimum of the buyer's and of counted amounts.
        // slither-disable-next-line incorrect-equality
        if (amount == 0) revert ZeroAmount();
        if (amount < least) revert TooLittle(amount, least);
        cost = moment.cost(amount);
        if (cost > mostCost) revert TooExpensive(cost, mostCost);

        uint128 toVenue = uint128(Math.min(cost, position.owed));
        position.deposit -= amount;
        position.owed -= toVenue;
        _credit(COLLATERAL, msg.sender, amount);
        _credit(QUOTE, position.venueOperator, toVenue);
        if (cost > toVenue) _credit(QUOTE, position.operator, cost - toVenue);
        emit Bought(id, msg.sender, amount, cost, toVenue);
        // Counted amounts, and either is taken down to zero exactly.
        // slither-disable-next-line incorrect-equality
        if (position.owed == 0 || position.deposit == 0) _close(id, position);
        _receive(QUOTE, cost);
    }

    // Steps

    function _answer(uint256 id, Position storage position, bool byCoverage) private {
        (position.state, position.lapsedAt) = (PositionState.Open, 0);
        emit CallAnswered(id, byCoverage);
    }

    function _payVenue(uint256 id, Position storage position, uint128 amount) private {
        position.deposit -= amount;
        _credit(COLLATERAL, position.venueOperator, amount);
        emit Taken(id, amount);
        _close(id, position);
    }

    function _close(uint256 id, Position storage position) private {
        uint128 left = position.deposit;
        (position.state, position.deposit, position.owed) = (PositionState.Closed, 0, 0);
        _credit(COLLATERAL, position.operator, left);
        emit Closed(id, left);
    }
}
