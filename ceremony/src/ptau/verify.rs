//! `ptau verify`: that powers of tau are powers, and come from those who contributed.

use std::io::{Read, Seek};

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, PrimeField, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use blake2::{Blake2b512, Digest};
use solvency_kernels::Path;

use super::challenge;
use super::contribution::{Contribution, State};
use super::known::KnownFile;
use super::{ALPHA, BETA, List, PowersOfTau, TAU_FIRST, TAU_SECOND};
use crate::error::{CeremonyError, Refusal};
use crate::format::{Encoded, uncompressed};
use crate::points::{sum_of_multiples, weighted_sum};
use crate::progress::Progress;
use crate::randomness::weights;
use crate::ratio::{SameRatio, first_wrong};
use crate::summary::BeaconText;
use crate::zkey::Hash;

/// Points that are read at once.
const AT_ONCE: u64 = 1 << 11;

/// Powers of tau that were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowersVerified {
    /// BLAKE2b-512 of all bytes of the file.
    pub hash: Hash,
    /// The published file that has this hash.
    pub known: Option<&'static KnownFile>,
    /// Names of the contributions, which nothing shows to be true, and their beacons.
    pub contributions: Vec<(String, Option<BeaconText>)>,
    /// Whether the hash of the powers was compared with the last contribution's challenge: not in a part of a larger file.
    pub challenge_compared: bool,
    /// Whether there were Lagrange bases to check.
    pub prepared: bool,
}

/// Checks everything that spec/ceremony.md lists for powers of tau. Needs memory for 48 bytes a point of the largest domain.
///
/// # Errors
/// [`CeremonyError::Refused`] with the reason; another [`CeremonyError`] where the file can't be read.
pub fn verify<R: Read + Seek>(
    ptau: &mut PowersOfTau<R>,
    progress: &dyn Progress,
) -> Result<PowersVerified, CeremonyError> {
    let path = Path::chosen()?;
    let contributions = contributions(ptau, progress)?;
    let answer = contributions.last().map(Contribution::answer).unwrap_or([0; 64]);
    let mut hasher = Blake2b512::new().chain_update(answer);
    let power = ptau.power();
    let state = state_of(&contributions);
    powers(path, ptau, &state, power, Some(&mut hasher), progress)?;
    let whole = power == ptau.ceremony_power();
    let challenge: Hash = hasher.finalize().into();
    if whole && contributions.last().is_none_or(|last| last.next_challenge != challenge) {
        return Err(Refusal::Challenge.into());
    }
    if ptau.is_prepared() {
        for of_domain in 0..=power {
            lagrange_bases(path, ptau, of_domain, progress)?;
        }
        doubled_lagrange(path, ptau, power, progress)?;
    }
    let hash = ptau.hash(progress)?;
    let told =
        |contribution: &Contribution| (contribution.name(), contribution.beacon().map(BeaconText::from));
    Ok(PowersVerified {
        hash,
        known: KnownFile::of(&hash),
        contributions: contributions.iter().map(told).collect(),
        challenge_compared: whole,
        prepared: ptau.is_prepared(),
    })
}

/// Checks what a circuit with a domain of `2^power` uses: contributions, powers, the Lagrange bases of this domain and of the one twice as large.
pub(crate) fn verify_used<R: Read + Seek>(
    ptau: &mut PowersOfTau<R>,
    power: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    if power > ptau.power() {
        return Err(CeremonyError::TooFewPowers { needed: power, got: ptau.power() });
    }
    let path = Path::chosen()?;
    let state = state_of(&contributions(ptau, progress)?);
    powers(path, ptau, &state, power, None, progress)?;
    lagrange_bases(path, ptau, power, progress)?;
    ptau.checked = Some(power);
    doubled_lagrange(path, ptau, power, progress)
}

impl<R: Read + Seek> PowersOfTau<R> {
    /// BLAKE2b-512 of all bytes of the file.
    ///
    /// # Errors
    /// [`CeremonyError::Io`].
    pub fn hash(&mut self, progress: &dyn Progress) -> Result<Hash, CeremonyError> {
        self.file.hash(progress)
    }
}

/// The contributions, each checked against the one before.
fn contributions<R: Read + Seek>(
    ptau: &mut PowersOfTau<R>,
    progress: &dyn Progress,
) -> Result<Vec<Contribution>, CeremonyError> {
    let contributions = ptau.contributions()?;
    if contributions.iter().all(|contribution| contribution.beacon().is_some()) {
        return Err(Refusal::NoContribution.into());
    }
    progress.begin("initial challenge", 0);
    let initial = (State::initial(), challenge::initial(ptau.ceremony_power()));
    progress.begin("contributions to powers of tau", contributions.len() as u64);
    let befores = || {
        let later = contributions.iter().map(|before| (&before.state, &before.next_challenge));
        std::iter::once((&initial.0, &initial.1)).chain(later)
    };
    let mut claims = Vec::new();
    for (number, (contribution, (state, challenge))) in (1..).zip(contributions.iter().zip(befores())) {
        claims.extend(contribution.claims(number, state, challenge));
    }
    let (ratios, mut refusals): (Vec<SameRatio>, Vec<Refusal>) = claims.into_iter().unzip();
    if let Some(wrong) = first_wrong(&ratios)? {
        return Err(refusals.swap_remove(wrong).into());
    }
    for (number, (contribution, (_, challenge))) in (1..).zip(contributions.iter().zip(befores())) {
        if contribution.beacon().is_some_and(|beacon| !contribution.is_of_beacon(beacon, challenge)) {
            return Err(Refusal::BeaconPoints { number }.into());
        }
    }
    Ok(contributions)
}

fn state_of(contributions: &[Contribution]) -> State {
    contributions.last().map_or_else(State::initial, |last| last.state.clone())
}

/// That the lists are consecutive powers up to a domain, and begin with the last contribution's values.
fn powers<R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    state: &State,
    power: u32,
    mut hasher: Option<&mut Blake2b512>,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let n = 1u64 << power;
    let generators = (G1Affine::generator(), G2Affine::generator());
    for (list, count, begins) in [
        (TAU_FIRST, 2 * n - 1, [Some(generators.0), Some(state.tau.0)]),
        (ALPHA, n, [Some(state.alpha), None]),
        (BETA, n, [Some(state.beta.0), None]),
    ] {
        // The order of the hash: section 3 comes second.
        if list == ALPHA {
            let begins = [Some(generators.1), Some(state.tau.1)];
            let (low, high) =
                consecutive(path, ptau, TAU_SECOND, n, begins, hasher.as_deref_mut(), progress)?;
            let claim =
                SameRatio { a: generators.0, b: state.tau.0, x: low.into_affine(), y: high.into_affine() };
            if !claim.holds() {
                return Err(Refusal::Powers { section: TAU_SECOND.name }.into());
            }
        }
        let (low, high) = consecutive(path, ptau, list, count, begins, hasher.as_deref_mut(), progress)?;
        let claim =
            SameRatio { a: low.into_affine(), b: high.into_affine(), x: generators.1, y: state.tau.1 };
        if !claim.holds() {
            return Err(Refusal::Powers { section: list.name }.into());
        }
    }
    let (_, _, beta) = ptau.alpha_beta()?;
    if beta != state.beta.1 {
        let (field, expected) = ("β in the second group", "the last contribution");
        return Err(Refusal::Header { field, expected }.into());
    }
    if let Some(hasher) = hasher {
        hasher.update(uncompressed(&[beta]));
    }
    Ok(())
}

/// `Σ r_i·P_i` and `Σ r_i·P_(i+1)` for the first points of a list, which begin as they should.
fn consecutive<P: Encoded, R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    list: List,
    count: u64,
    begins: [Option<P>; 2],
    mut hasher: Option<&mut Blake2b512>,
    progress: &dyn Progress,
) -> Result<(P::Group, P::Group), CeremonyError> {
    progress.begin(list.name, count);
    let (mut low, mut high) = (P::Group::zero(), P::Group::zero());
    let mut last: Option<P> = None;
    for start in (0..count).step_by(AT_ONCE as usize) {
        let taken = AT_ONCE.min(count - start);
        let mut points: Vec<P> = ptau.points(list, start, taken)?;
        if let Some(hasher) = hasher.as_deref_mut() {
            hasher.update(uncompressed(&points));
        }
        if start == 0 {
            let differs =
                |(got, expected): (&P, &Option<P>)| expected.is_some_and(|expected| expected != *got);
            if points.iter().zip(&begins).any(differs) {
                let (field, expected) = (list.name, "the last contribution");
                return Err(Refusal::Header { field, expected }.into());
            }
        }
        // Pieces overlap by a point.
        if let Some(last) = last {
            points.insert(0, last);
        }
        last = points.last().copied();
        let pairs = points.len().saturating_sub(1);
        let weights = weights(pairs)?;
        low += weighted_sum(path, &points[..pairs], &weights);
        high += weighted_sum(path, &points[points.len() - pairs..], &weights);
        progress.advance(taken);
    }
    Ok((low, high))
}

/// That the four bases of a domain are the transforms of the powers.
fn lagrange_bases<R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    power: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    lagrange::<G1Affine, R>(path, ptau, TAU_FIRST, power, progress)?;
    lagrange::<G2Affine, R>(path, ptau, TAU_SECOND, power, progress)?;
    lagrange::<G1Affine, R>(path, ptau, ALPHA, power, progress)?;
    lagrange::<G1Affine, R>(path, ptau, BETA, power, progress)
}

fn lagrange<P: Encoded, R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    list: List,
    power: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let sums = lagrange_sums::<P, R>(path, ptau, list, power, 1 << power, progress)?;
    if sums.of_basis == sums.of_powers {
        Ok(())
    } else {
        Err(Refusal::Lagrange { section: list.lagrange_name, power }.into())
    }
}

/// The basis of the domain twice as large as a circuit's.
///
/// The largest one of a file lacks a power: snarkjs takes infinity for it, and in a part of a larger file the basis has it all the same. Any other point in that
/// place would be given out over δ, by the differences of section 9: with the point of some public inputs there, everybody who knows of it can forge a proof of these.
fn doubled_lagrange<R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    power: u32,
    progress: &dyn Progress,
) -> Result<(), CeremonyError> {
    let list = TAU_FIRST;
    let power = power + 1;
    if power <= ptau.power() {
        return lagrange::<G1Affine, R>(path, ptau, list, power, progress);
    }
    let powers = (1u64 << power) - 1;
    let sums = lagrange_sums::<G1Affine, R>(path, ptau, list, power, powers, progress)?;
    if sums.of_basis == sums.of_powers {
        return Ok(());
    }
    let beyond = (sums.of_basis - sums.of_powers) * sums.factor_beyond.inverse().unwrap_or_default();
    let last: G1Affine = ptau.points(list, powers - 1, 1)?[0];
    let tau: G2Affine = ptau.points(TAU_SECOND, 1, 1)?[0];
    if (SameRatio { a: last, b: beyond.into_affine(), x: G2Affine::generator(), y: tau }).holds() {
        Ok(())
    } else {
        Err(Refusal::Lagrange { section: list.lagrange_name, power }.into())
    }
}

/// Both sides of `Σ r_j·L_j(τ) = Σ t_i·τ^i`, where `L_j(τ) = 1/n·Σ_i ω^(−ij)·τ^i`, so that t is the inverse transform of r.
struct LagrangeSums<G> {
    of_basis: G,
    of_powers: G,
    /// The last t.
    factor_beyond: Fr,
}

/// With as many powers as there are to be taken.
fn lagrange_sums<P: Encoded, R: Read + Seek>(
    path: Path,
    ptau: &mut PowersOfTau<R>,
    list: List,
    power: u32,
    powers: u64,
    progress: &dyn Progress,
) -> Result<LagrangeSums<P::Group>, CeremonyError> {
    let n = 1u64 << power;
    progress.begin(list.lagrange_name, n);
    let weights = weights(n as usize)?;
    let mut transform: Vec<Fr> = weights.iter().map(|weight| Fr::from(*weight)).collect();
    let Some(domain) = Radix2EvaluationDomain::<Fr>::new(n as usize) else {
        return Err(Refusal::Lagrange { section: list.lagrange_name, power }.into());
    };
    domain.ifft_in_place(&mut transform);
    let factor_beyond = transform.last().copied().unwrap_or_default();
    let (mut of_basis, mut of_powers) = (P::Group::zero(), P::Group::zero());
    for start in (0..n).step_by(AT_ONCE as usize) {
        let taken = AT_ONCE.min(n - start);
        let points: Vec<P> = ptau.lagrange(list, power, start, taken)?;
        of_basis += weighted_sum(path, &points, &weights[start as usize..][..taken as usize]);
        let taken = taken.min(powers - start);
        let points: Vec<P> = ptau.points_checked_before(list, start, taken)?;
        let transform = &transform[start as usize..][..taken as usize];
        let scalars: Vec<[u64; 4]> = transform.iter().map(|scalar| scalar.into_bigint().0).collect();
        of_powers += sum_of_multiples(path, &points, &scalars);
        progress.advance(taken);
    }
    Ok(LagrangeSums { of_basis, of_powers, factor_beyond })
}
