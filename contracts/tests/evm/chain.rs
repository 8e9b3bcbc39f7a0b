//! A chain in memory.

use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Journal, TxEnv};
use revm::context_interface::cfg::gas::calculate_initial_tx_gas;
use revm::context_interface::cfg::gas_params::Eip2780TxInfo;
use revm::database::InMemoryDB;
use revm::primitives::{Address, TxKind, U256, hardfork::SpecId};
use revm::{Context, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext};
use solvency_contracts::Artefact;

type TestContext = Context<BlockEnv, TxEnv, CfgEnv, InMemoryDB, Journal<InMemoryDB>, ()>;

pub(crate) const GAS_LIMIT: u64 = 10_000_000;
const DEPLOYMENT_GAS_LIMIT: u64 = 100_000_000;
/// Who sends transactions, unless a test names another.
pub(crate) const SENDER: Address = Address::repeat_byte(0x11);
/// The rules of execution under which everything has to work: the last two and the next ones of Ethereum.
pub(crate) const FORKS: [SpecId; 3] = [SpecId::PRAGUE, SpecId::OSAKA, SpecId::AMSTERDAM];
pub(crate) const CHAIN_ID: u64 = 1;
/// The time of every block, unless a test sets another.
pub(crate) const NOW: u64 = 1_800_000_000;

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Returned(Vec<u8>),
    Reverted(Vec<u8>),
    /// All gas was used up.
    Halted,
}

pub(crate) struct Chain {
    evm: revm::MainnetEvm<TestContext>,
    spec: SpecId,
    last_gas: u64,
    last_transaction_gas: u64,
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self::at(SpecId::OSAKA)
    }

    pub(crate) fn at(spec: SpecId) -> Self {
        Self::with_id(spec, CHAIN_ID)
    }

    pub(crate) fn with_id(spec: SpecId, chain_id: u64) -> Self {
        let context = Context::mainnet()
            .with_db(InMemoryDB::default())
            .modify_cfg_chained(|cfg| {
                cfg.set_spec_and_mainnet_gas_params(spec);
                cfg.chain_id = chain_id;
                // Who sends is of no interest to most tests, and the state of a new contract is dear in amsterdam.
                cfg.disable_nonce_check = true;
                cfg.tx_gas_limit_cap = Some(DEPLOYMENT_GAS_LIMIT);
            })
            .modify_block_chained(|block| {
                block.timestamp = U256::from(NOW);
                block.gas_limit = DEPLOYMENT_GAS_LIMIT;
            });
        Chain { evm: context.build_mainnet(), spec, last_gas: 0, last_transaction_gas: 0 }
    }

    pub(crate) fn set_time(&mut self, seconds: u64) {
        self.evm.ctx.block.timestamp = U256::from(seconds);
    }

    /// Deploys a contract of the artefacts.
    pub(crate) fn deploy(&mut self, contract: &str, arguments: &[u8]) -> Address {
        let (result, _) = self.try_deploy(contract, arguments);
        match result {
            Ok(address) => address,
            Err(outcome) => panic!("{contract} was not deployed: {outcome:?}"),
        }
    }

    /// Deploys a contract that is none of the artefacts.
    pub(crate) fn deploy_code(&mut self, code: &[u8]) -> Address {
        self.create(code.to_vec()).0.expect("the contract is deployed")
    }

    pub(crate) fn try_deploy(&mut self, contract: &str, arguments: &[u8]) -> (Result<Address, Outcome>, u64) {
        let code = Artefact::load(contract).unwrap().creation_code().unwrap();
        self.create([&code, arguments].concat())
    }

    fn create(&mut self, code: Vec<u8>) -> (Result<Address, Outcome>, u64) {
        let result = self.transact(SENDER, TxKind::Create, code, DEPLOYMENT_GAS_LIMIT);
        let gas = result.tx_gas_used();
        match result {
            ExecutionResult::Success { output: Output::Create(_, Some(address)), .. } => (Ok(address), gas),
            other => (Err(outcome(other)), gas),
        }
    }

    /// Calls a contract.
    pub(crate) fn call(&mut self, to: Address, calldata: Vec<u8>) -> Outcome {
        self.call_with_gas(to, calldata, GAS_LIMIT)
    }

    pub(crate) fn call_with_gas(&mut self, to: Address, calldata: Vec<u8>, gas_limit: u64) -> Outcome {
        outcome(self.transact(SENDER, TxKind::Call(to), calldata, gas_limit))
    }

    /// Calls a contract as somebody else.
    pub(crate) fn call_as(&mut self, sender: Address, to: Address, calldata: Vec<u8>) -> Outcome {
        outcome(self.transact(sender, TxKind::Call(to), calldata, GAS_LIMIT))
    }

    /// Gas of the last transaction, all of it.
    pub(crate) fn last_transaction_gas(&self) -> u64 {
        self.last_transaction_gas
    }

    /// Gas of the last transaction, without what every transaction pays for itself and its calldata.
    pub(crate) fn last_execution_gas(&self) -> u64 {
        self.last_gas
    }

    fn transact(&mut self, sender: Address, kind: TxKind, data: Vec<u8>, gas_limit: u64) -> ExecutionResult {
        let decomposed = Eip2780TxInfo { value: U256::ZERO, is_self_transfer: false };
        let decomposed = self.spec.is_enabled_in(SpecId::AMSTERDAM).then_some(decomposed);
        let intrinsic = calculate_initial_tx_gas(self.spec, &data, kind.is_create(), 0, 0, 0, decomposed)
            .initial_total_gas();
        let transaction = TxEnv::builder()
            .caller(sender)
            .kind(kind)
            .data(data.into())
            .gas_limit(gas_limit)
            .chain_id(Some(self.evm.ctx.cfg.chain_id))
            .build()
            .unwrap();
        let result = self.evm.transact(transaction).unwrap();
        self.evm.commit(result.state);
        self.last_transaction_gas = result.result.tx_gas_used();
        self.last_gas = result.result.gas().total_gas_spent().saturating_sub(intrinsic);
        result.result
    }
}

fn outcome(result: ExecutionResult) -> Outcome {
    match result {
        ExecutionResult::Success { output, .. } => Outcome::Returned(output.into_data().to_vec()),
        ExecutionResult::Revert { output, .. } => Outcome::Reverted(output.to_vec()),
        ExecutionResult::Halt { .. } => Outcome::Halted,
    }
}
