// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.27;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// What this contract holds for whom. Balances belong to addresses, not to accounts of the registry: whoever put something in, or
/// is owed it, takes it out, whatever the registry, the guardian or the administrator says.
///
/// Tokens whose balances change by themselves (rebasing) are not supported: what is missing would be missing to whoever withdraws
/// last. A token's issuer that blocks this contract blocks everybody in it.
abstract contract Balances is ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// Stands for the chain's own coin.
    address public constant ETHER = address(0);
    /// Free balance in base units of the token.
    mapping(address token => mapping(address owner => uint256)) public balanceOf;

    event Deposited(address indexed token, address indexed owner, uint256 amount);
    event Withdrawn(address indexed token, address indexed owner, uint256 amount, address to);

    /// An amount of zero.
    error ZeroAmount();
    /// The balance is too small.
    error InsufficientBalance(uint256 available, uint256 asked);
    /// Another amount arrived than was sent: a token that takes a fee on transfer.
    error NotExactlyReceived(uint256 expected, uint256 received);
    /// Another amount of the chain's own coin came along than has to.
    error WrongValue(uint256 expected, uint256 sent);
    /// Nothing is sent to this address.
    error BadRecipient(address to);

    /// Takes from the sender's free balance to any address. Anybody, at any time.
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        if (to == address(0) || to == address(this)) revert BadRecipient(to);
        _debit(token, msg.sender, amount);
        emit Withdrawn(token, msg.sender, amount, to);
        if (token == ETHER) {
            Address.sendValue(payable(to), amount);
        } else {
            IERC20(token).safeTransfer(to, amount);
        }
    }

    function _credit(address token, address owner, uint256 amount) internal {
        balanceOf[token][owner] += amount;
    }

    function _debit(address token, address owner, uint256 amount) internal {
        if (amount == 0) revert ZeroAmount();
        uint256 available = balanceOf[token][owner];
        if (available < amount) revert InsufficientBalance(available, amount);
        balanceOf[token][owner] = available - amount;
    }

    /// Takes `amount` from the sender. Comes last: what it is for is written down already, and undone where this reverts.
    function _receive(address token, uint256 amount) internal {
        uint256 value = token == ETHER ? amount : 0;
        if (msg.value != value) revert WrongValue(value, msg.value);
        if (token == ETHER) return;
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = IERC20(token).balanceOf(address(this)) - before;
        if (received != amount) revert NotExactlyReceived(amount, received);
    }
}
