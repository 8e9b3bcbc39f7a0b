// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {
    AccessControlDefaultAdminRules
} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {RegistryTerms} from "./RegistryDocument.sol";
import {Signers} from "./Signers.sol";

/// A venue: who signs its claims and acts for it, and which contract may act on what is pledged to it.
struct Venue {
    /// Signs claims.
    address signer;
    /// How long after the end of coverage a position expires, in seconds.
    uint24 grace;
    /// How many price rounds behind the current one a coverage may be.
    uint16 roundLag;
    /// No new claim or binding is recorded.
    bool retired;
    /// Acts for the venue in contracts; a contract of several keys, where it shall be able to change.
    address operator;
    /// The one contract that may act on pledges.
    address settlement;
    /// What the pledges back.
    bytes32 liabilityBook;
}

/// An account: who keeps its vaults and signs its allocations, and who acts for it.
struct Account {
    /// Signs allocations.
    address custodian;
    /// When two histories of the account were shown; 0 where none were.
    uint40 breachedAt;
    /// No new book, allocation or claim is recorded.
    bool retired;
    /// Acts for the account in contracts: the trader.
    address operator;
    /// Keccak-256 of the origin of the account's log.
    bytes32 logOrigin;
}

/// Who takes part, and who may say so.
///
/// The registrar is trusted to enter the right keys: whoever holds that role can enter a venue whose claims ask for nothing.
abstract contract Directory is AccessControlDefaultAdminRules, Pausable, Signers {
    /// Registers and retires venues and accounts.
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");
    /// Pauses, ends pauses, and revokes signers.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");

    /// A pause ends after this time, and none begins sooner than this time after one.
    uint40 internal constant MAX_PAUSE = 7 days;
    /// Longest grace: at most one pause then touches the grace of a coverage.
    uint24 internal constant MAX_GRACE = 7 days;

    mapping(bytes32 id => Venue) internal _venues;
    mapping(bytes32 tag => Account) internal _accounts;

    event VenueRegistered(
        bytes32 indexed venue,
        address signer,
        address operator,
        bytes32 liabilityBook,
        address settlement,
        uint24 grace,
        uint16 roundLag
    );
    event VenueRetired(bytes32 indexed venue);
    event AccountRegistered(bytes32 indexed account, address custodian, address operator, bytes32 logOrigin);
    event AccountRetired(bytes32 indexed account);

    /// A zero where something must be named.
    error Missing();
    /// The venue or account is registered already.
    error AlreadyRegistered(bytes32 id);
    /// C1: nobody registered this venue, or it retired.
    error UnknownVenue(bytes32 venue);
    /// B2, A0, C1: nobody registered this account, or it retired.
    error UnknownAccount(bytes32 account);
    /// A grace beyond `MAX_GRACE`.
    error GraceTooLong(uint24 grace);
    /// A pause so soon after another one.
    error PauseTooSoon(uint40 allowedFrom);

    constructor(RegistryTerms memory terms, address admin, uint48 adminDelay)
        AccessControlDefaultAdminRules(adminDelay, admin)
        Signers(terms)
    {}

    /// Registers a venue, once; `grace` in seconds, `roundLag` in price rounds. Only the registrar.
    function registerVenue(
        bytes32 id,
        address signer,
        address operator,
        bytes32 liabilityBook,
        address settlement,
        uint24 grace,
        uint16 roundLag
    ) external onlyRole(REGISTRAR_ROLE) {
        if (id == 0 || liabilityBook == 0) revert Missing();
        if (signer == address(0) || operator == address(0) || settlement == address(0)) revert Missing();
        if (_venues[id].signer != address(0)) revert AlreadyRegistered(id);
        if (grace > MAX_GRACE) revert GraceTooLong(grace);
        _venues[id] = Venue(signer, grace, roundLag, false, operator, settlement, liabilityBook);
        emit VenueRegistered(id, signer, operator, liabilityBook, settlement, grace, roundLag);
    }

    /// Registers an account, once. Only the registrar.
    function registerAccount(bytes32 tag, address custodian, address operator, string calldata logOrigin)
        external
        onlyRole(REGISTRAR_ROLE)
    {
        if (tag == 0 || custodian == address(0) || operator == address(0)) revert Missing();
        if (_accounts[tag].custodian != address(0)) revert AlreadyRegistered(tag);
        bytes32 origin = keccak256(bytes(logOrigin));
        _accounts[tag] = Account(custodian, 0, false, operator, origin);
        emit AccountRegistered(tag, custodian, operator, origin);
    }

    /// No claim of the venue is recorded any more; what is recorded runs out. Only the registrar.
    function retireVenue(bytes32 id) external onlyRole(REGISTRAR_ROLE) {
        _venue(id).retired = true;
        emit VenueRetired(id);
    }

    /// No book, allocation or claim of the account is recorded any more; what is recorded runs out. Only the registrar.
    function retireAccount(bytes32 tag) external onlyRole(REGISTRAR_ROLE) {
        _account(tag).retired = true;
        emit AccountRetired(tag);
    }

    /// The key's signatures no longer count, as attestor, oracle, custodian or venue. Not to be undone. Only the guardian.
    function revokeSigner(address signer) external onlyRole(GUARDIAN_ROLE) {
        _revoke(signer);
    }

    /// Stops recording, and the running out of grace, for at most `MAX_PAUSE`. Only the guardian.
    function pause() external onlyRole(GUARDIAN_ROLE) {
        uint40 last = _guarded.pauseEnd;
        uint40 allowedFrom = last == 0 ? 0 : last + MAX_PAUSE;
        if (!paused() && block.timestamp < allowedFrom) revert PauseTooSoon(allowedFrom);
        _pause();
        (_guarded.pauseStart, _guarded.pauseEnd) = (uint40(block.timestamp), uint40(block.timestamp) + MAX_PAUSE);
    }

    /// Ends a pause. Only the guardian.
    function unpause() external onlyRole(GUARDIAN_ROLE) {
        _unpause();
        _guarded.pauseEnd = uint40(block.timestamp);
    }

    /// Whether nothing can be recorded now.
    function paused() public view virtual override returns (bool) {
        return block.timestamp < _guarded.pauseEnd;
    }

    function _venue(bytes32 id) internal view returns (Venue storage venue) {
        venue = _venues[id];
        if (venue.signer == address(0) || venue.retired) revert UnknownVenue(id);
    }

    function _account(bytes32 tag) internal view returns (Account storage account) {
        account = _accounts[tag];
        if (account.custodian == address(0) || account.retired) revert UnknownAccount(tag);
    }

    /// When a grace that began at `until` ends: the time of a pause does not count.
    function _graceEnd(uint256 until, uint256 grace) internal view returns (uint256 end) {
        (uint256 pauseStart, uint256 pauseEnd_) = (_guarded.pauseStart, _guarded.pauseEnd);
        end = until + grace;
        if (pauseStart < end && until < pauseEnd_) {
            end += pauseEnd_ - (until > pauseStart ? until : pauseStart);
        }
    }
}
