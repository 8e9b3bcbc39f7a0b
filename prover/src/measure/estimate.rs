//! What hardware a custodian needs, from figures of the machine at hand.

use serde::Serialize;
use solvency_verifier::{Shape, SourceKind};

use super::ShapeFigures;

/// Estimated time of an epoch.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Epoch {
    /// Vaults of the book.
    pub vaults: u64,
    /// Shards that they make.
    pub shards: u64,
    /// Proving all shards, one after the other.
    pub epoch_ms: f64,
}

/// What an epoch of so many vaults takes, from the figures of `holdings-256`, or of `holdings-16` where that is enough.
pub fn estimate(vaults: u64, figures: &[ShapeFigures]) -> Option<Epoch> {
    let (shape, per_shard) = holdings_shape(vaults)?;
    let measured = of_shape(figures, shape)?;
    let shards = vaults.div_ceil(per_shard);
    Some(Epoch { vaults, shards, epoch_ms: shards as f64 * (measured.witness_ms + measured.prove_ms) })
}

/// What is scaled, and how: the assumption behind every figure of [`Needs`].
pub const LINEAR: &str = "estimated, assuming that time falls in proportion to the number of cores and that cores are like this machine's; \
     vaults spread evenly over accounts, every account pledged to every venue, every pledge proven with every price";

/// What a custodian has to prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Demand {
    /// Vaults of all accounts.
    pub vaults: u64,
    /// Accounts, each with a book and a chain of its own.
    pub accounts: u64,
    /// Venues that each account is pledged to.
    pub venues: u64,
    /// Seconds within which all are to be proven after a price.
    pub seconds_per_tick: u64,
}

/// Why a demand can't be met or estimated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DemandError {
    /// Nothing to prove, or no time for it.
    #[error("{0}: zero, at least one is needed")]
    Zero(&'static str),
    /// More than 64 bits.
    #[error("{0}: more than 64 bits hold")]
    TooLarge(&'static str),
    /// No allocation holds so many.
    #[error(
        "an account with {shards} shards of {vaults} vaults and {venues} venues: the largest allocation has 4 sources and 7 pledges"
    )]
    NoAllocation {
        /// Shards of one account.
        shards: u64,
        /// Vaults of one shard.
        vaults: u64,
        /// Venues of one account.
        venues: u64,
    },
    /// A shape was not measured.
    #[error("there are no figures of {0}")]
    NotMeasured(Shape),
}

/// Which proofs a demand takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    demand: Demand,
    /// Shape of each shard.
    pub holdings: Shape,
    /// Shards of all accounts.
    pub shards: u64,
    /// Shape of each account's first allocation.
    pub allocation: Shape,
    /// Coverage proofs with each price.
    pub proofs_per_tick: u64,
}

impl Plan {
    /// The proofs that a demand takes.
    ///
    /// # Errors
    /// [`DemandError`].
    pub fn of(demand: Demand) -> Result<Self, DemandError> {
        let Demand { vaults, accounts, venues, seconds_per_tick } = demand;
        for (what, count) in [
            ("vaults", vaults),
            ("accounts", accounts),
            ("venues", venues),
            ("seconds per tick", seconds_per_tick),
        ] {
            if count == 0 {
                return Err(DemandError::Zero(what));
            }
        }
        let of_account = vaults.div_ceil(accounts);
        let (holdings, per_shard) =
            holdings_shape(of_account).ok_or(DemandError::TooLarge("vaults of an account"))?;
        let shards_of_account = of_account.div_ceil(per_shard);
        let allocation = allocation_shape(shards_of_account, venues).ok_or(DemandError::NoAllocation {
            shards: shards_of_account,
            vaults: per_shard,
            venues,
        })?;
        let shards = shards_of_account.checked_mul(accounts).ok_or(DemandError::TooLarge("shards"))?;
        let proofs_per_tick =
            accounts.checked_mul(venues).ok_or(DemandError::TooLarge("accounts times venues"))?;
        Ok(Plan { demand, holdings, shards, allocation, proofs_per_tick })
    }

    /// The shapes that are proven once an epoch, to be measured.
    pub fn shapes(&self) -> [Shape; 2] {
        [self.holdings, self.allocation]
    }

    /// What the demand takes, from figures of those shapes, measured on so many cores, and of the coverage shapes.
    ///
    /// # Errors
    /// [`DemandError`].
    pub fn needs(
        &self,
        figures: &[ShapeFigures],
        cores: usize,
        coverage: &[CoverageFigures],
    ) -> Result<Needs, DemandError> {
        let of = |shape| of_shape(figures, shape).ok_or(DemandError::NotMeasured(shape));
        let seconds = |shape| of(shape).map(|one| (one.witness_ms + one.prove_ms) / 1e3);
        let coverage_needs = |one: &CoverageFigures| -> Result<CoverageNeeds, DemandError> {
            let cores = coverage_cores(self.proofs_per_tick, one.core_ms, self.demand.seconds_per_tick)?;
            Ok(CoverageNeeds {
                shape: one.shape,
                core_ms_per_proof: one.core_ms,
                core_ms_per_account: one.core_ms * self.demand.venues as f64,
                cores,
                working_bytes: cores.saturating_mul(one.memory_bytes.saturating_sub(one.key_bytes)),
            })
        };
        let mut key_bytes = 0u64;
        for shape in self.shapes() {
            key_bytes = key_bytes.saturating_add(of(shape)?.key_bytes);
        }
        for one in coverage {
            key_bytes = key_bytes.saturating_add(one.key_bytes);
        }
        Ok(Needs {
            demand: self.demand,
            measured_cores: cores,
            holdings_shape: self.holdings,
            shards: self.shards,
            holdings_seconds_per_epoch: self.shards as f64 * seconds(self.holdings)?,
            allocation_shape: self.allocation,
            allocation_seconds_per_epoch: self.demand.accounts as f64 * seconds(self.allocation)?,
            proofs_per_tick: self.proofs_per_tick,
            coverage: coverage.iter().map(coverage_needs).collect::<Result<_, _>>()?,
            key_bytes,
            assumption: LINEAR,
        })
    }
}

/// Figures of a coverage shape where every core proves on its own.
#[derive(Clone, Copy, Debug)]
pub struct CoverageFigures {
    /// The shape.
    pub shape: Shape,
    /// Milliseconds of one core that a proof takes.
    pub core_ms: f64,
    /// Memory that proving takes, in bytes, key included.
    pub memory_bytes: u64,
    /// Of that, the key with its rows.
    pub key_bytes: u64,
}

/// What a demand takes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// The demand.
    #[serde(flatten)]
    pub demand: Demand,
    /// Cores that the times below were measured on.
    pub measured_cores: usize,
    /// Shape of each shard.
    pub holdings_shape: Shape,
    /// Shards of all accounts.
    pub shards: u64,
    /// Proving all shards on this machine, once an epoch.
    pub holdings_seconds_per_epoch: f64,
    /// Shape of each account's first allocation.
    pub allocation_shape: Shape,
    /// Proving a first allocation of each account on this machine, once an epoch.
    pub allocation_seconds_per_epoch: f64,
    /// Coverage proofs with each price.
    pub proofs_per_tick: u64,
    /// For either coverage shape, what it takes where all venues use it.
    pub coverage: Vec<CoverageNeeds>,
    /// Keys of all these shapes, once for a machine.
    pub key_bytes: u64,
    /// What was assumed.
    pub assumption: &'static str,
}

/// What coverage takes where all venues use one shape.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CoverageNeeds {
    /// The shape.
    pub shape: Shape,
    /// Milliseconds of one core that a proof takes.
    pub core_ms_per_proof: f64,
    /// Milliseconds of one core that an account takes with each price, all its venues together.
    pub core_ms_per_account: f64,
    /// Cores with which all are proven in time.
    pub cores: u64,
    /// Working memory of so many proofs at the same time, keys apart.
    pub working_bytes: u64,
}

/// Cores with which so many proofs, each so many milliseconds of one core, are made within such seconds: rounded up.
///
/// # Errors
/// [`DemandError`] for no time, and where 64 bits do not hold the answer.
pub fn coverage_cores(proofs: u64, core_ms: f64, seconds: u64) -> Result<u64, DemandError> {
    let too_large = DemandError::TooLarge("cores");
    if seconds == 0 {
        return Err(DemandError::Zero("seconds per tick"));
    }
    let microseconds = (core_ms * 1e3).ceil();
    if !(0.0..1e15).contains(&microseconds) {
        return Err(too_large);
    }
    // Below 2^64 · 2^50 and 2^64 · 2^20.
    let work = u128::from(proofs) * microseconds as u128;
    let time = u128::from(seconds) * 1_000_000;
    u64::try_from(work.div_ceil(time)).map_err(|_| too_large)
}

/// The smallest holdings shape for so many vaults, or the largest there is, with its number of vaults.
fn holdings_shape(vaults: u64) -> Option<(Shape, u64)> {
    let shape = if vaults <= 16 { Shape::Holdings16 } else { Shape::Holdings256 };
    Some((shape, shape.vaults()? as u64))
}

/// The smallest first allocation that holds so many shards and venues: one output is what the account keeps.
fn allocation_shape(shards: u64, venues: u64) -> Option<Shape> {
    let fits = |shape: &Shape| {
        shape.allocation().is_some_and(|allocation| {
            let totals = allocation.sources.iter().filter(|kind| **kind == SourceKind::Total);
            totals.count() as u64 >= shards && allocation.outputs as u64 > venues
        })
    };
    [Shape::Allocation2x4, Shape::Allocation4x8].into_iter().find(fits)
}

fn of_shape(figures: &[ShapeFigures], shape: Shape) -> Option<&ShapeFigures> {
    figures.iter().find(|figure| figure.shape == shape)
}

#[cfg(test)]
mod tests {
    use solvency_verifier::Shape;

    use super::{CoverageFigures, Demand, DemandError, Plan, ShapeFigures, coverage_cores, estimate};

    fn figures(shape: Shape, prove_ms: f64) -> ShapeFigures {
        ShapeFigures {
            shape,
            constraints: 0,
            domain: 1,
            set_up_ms: 0.0,
            witness_ms: 1.0,
            prove_ms,
            verify_ms: 0.0,
            batch_verify_ms: 0.0,
            memory_bytes: 110,
            key_bytes: 100,
            peak_memory_bytes: None,
        }
    }

    const DEMAND: Demand = Demand { vaults: 1_000, accounts: 10, venues: 3, seconds_per_tick: 60 };

    #[test]
    fn cores_are_rounded_up() {
        for (proofs, core_ms, seconds, cores) in [
            (1, 1.0, 60, 1),
            (1_000, 60.0, 60, 1),
            (1_001, 60.0, 60, 2),
            (1_000, 60.000_5, 60, 2),
            (1_000_000, 80.0, 1, 80_000),
            (0, 80.0, 1, 0),
        ] {
            assert_eq!(coverage_cores(proofs, core_ms, seconds), Ok(cores), "{proofs} {core_ms} {seconds}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_wrapped() {
        let too_large = Err(DemandError::TooLarge("cores"));
        assert_eq!(coverage_cores(u64::MAX, 1e6, 1), too_large);
        for core_ms in [f64::INFINITY, f64::NAN, -1.0, 1e300] {
            assert_eq!(coverage_cores(1, core_ms, 1), too_large);
        }
        assert_eq!(coverage_cores(u64::MAX, 1.0, u64::MAX), Ok(1));
        let many = Demand { vaults: 1, accounts: u64::MAX, ..DEMAND };
        assert_eq!(Plan::of(many), Err(DemandError::TooLarge("accounts times venues")));
    }

    #[test]
    fn zeros_are_refused_by_name() {
        for (demand, what) in [
            (Demand { vaults: 0, ..DEMAND }, "vaults"),
            (Demand { accounts: 0, ..DEMAND }, "accounts"),
            (Demand { venues: 0, ..DEMAND }, "venues"),
            (Demand { seconds_per_tick: 0, ..DEMAND }, "seconds per tick"),
        ] {
            assert_eq!(Plan::of(demand), Err(DemandError::Zero(what)));
        }
    }

    #[test]
    fn shapes_follow_from_an_accounts_share() {
        let plan = Plan::of(DEMAND).unwrap();
        assert_eq!(
            (plan.holdings, plan.shards, plan.allocation),
            (Shape::Holdings256, 10, Shape::Allocation2x4)
        );
        assert_eq!(plan.proofs_per_tick, 30);
        let small = Plan::of(Demand { vaults: 160, venues: 4, ..DEMAND }).unwrap();
        assert_eq!(
            (small.holdings, small.shards, small.allocation),
            (Shape::Holdings16, 10, Shape::Allocation4x8)
        );
        let shards = Plan::of(Demand { vaults: 2_570, accounts: 10, venues: 7, ..DEMAND }).unwrap();
        assert_eq!((shards.shards, shards.allocation), (20, Shape::Allocation4x8));
        let refused = DemandError::NoAllocation { shards: 5, vaults: 256, venues: 1 };
        assert_eq!(Plan::of(Demand { vaults: 1_025, accounts: 1, venues: 1, ..DEMAND }), Err(refused));
        assert!(Plan::of(Demand { venues: 8, ..DEMAND }).is_err());
    }

    #[test]
    fn needs_add_up() {
        let plan = Plan::of(DEMAND).unwrap();
        let all = plan.shapes().map(|shape| figures(shape, 999.0));
        let coverage = [(Shape::CoverageFlat, 50.0), (Shape::CoverageTiered, 4_100.0)]
            .map(|(shape, core_ms)| CoverageFigures { shape, core_ms, memory_bytes: 110, key_bytes: 100 });
        let needs = plan.needs(&all, 2, &coverage).unwrap();
        assert!((needs.holdings_seconds_per_epoch - 10.0).abs() < 1e-9);
        assert!((needs.allocation_seconds_per_epoch - 10.0).abs() < 1e-9);
        assert_eq!(needs.key_bytes, 400);
        let cores: Vec<u64> = needs.coverage.iter().map(|one| one.cores).collect();
        assert_eq!(cores, [1, 3]);
        assert_eq!(needs.coverage[1].working_bytes, 30);
        assert!((needs.coverage[0].core_ms_per_account - 150.0).abs() < 1e-9);
        let missing = plan.needs(&all[..1], 2, &coverage).unwrap_err();
        assert_eq!(missing, DemandError::NotMeasured(Shape::Allocation2x4));
    }

    #[test]
    fn an_epoch_of_vaults_alone() {
        let figures = [figures(Shape::Holdings256, 99.0)];
        let epoch = estimate(257, &figures).unwrap();
        assert_eq!(epoch.shards, 2);
        assert!((epoch.epoch_ms - 200.0).abs() < 1e-9);
        assert!(estimate(16, &figures).is_none());
    }
}
