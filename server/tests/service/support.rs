//! A service in its own directory on ports of its own, and a client that can misbehave.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use ark_bn254::{Fq12, G1Affine, G2Affine};
use ark_ff::AdditiveGroup;
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use solvency_server::{
    Clock, Config, Limits, Listeners, Parts, PositionConfig, StartError, open_position, serve,
};
use solvency_verifier::bundle::Bundle;
use solvency_verifier::encoding::{Domain, TypedData, bytes_from_hex};
use solvency_verifier::evidence::{EVIDENCE_FORMAT, Equivocation, Evidence, SignedAllocation};
use solvency_verifier::groth16::Accelerator;
use solvency_verifier::position::Bands;
use solvency_verifier::statement::Signature;
use solvency_verifier::trust::Trust;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const BANDS: Bands = Bands { warn: 120, restrict: 60, grace: 900, answer: 1_800, max_age: 600 };
pub(crate) const CASES: [&str; 3] = ["flat", "tiered", "topup"];
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn fixture(path: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn bundle(case: &str) -> Vec<u8> {
    fixture(&format!("accept/{case}/bundle.json"))
}

/// The time at which the bundles are accepted.
pub(crate) fn now() -> u64 {
    keys()["now"].as_u64().unwrap()
}

fn keys() -> Value {
    serde_json::from_slice(&fixture("accept/keys.json")).unwrap()
}

/// The first bundle of a case and a sibling of its first allocation, both signed by the custodian.
pub(crate) fn evidence(case: &str) -> Vec<u8> {
    let bundle = Bundle::from_json(&bundle(case)).unwrap();
    let trust = Trust::from_json(&fixture(&format!("accept/{case}/trust.json"))).unwrap();
    let registry = trust.trust().registry.digest();
    let allocation = &bundle.allocations[0];
    let first =
        SignedAllocation { statement: allocation.proven.statement.clone(), signature: allocation.signature };
    let mut second = first.clone();
    second.statement.nonce.0[0] ^= 1;
    let text = keys()["privateKeys"]["custodian"].as_str().unwrap().to_owned();
    let key = SigningKey::from_slice(&bytes_from_hex(&text).unwrap()).unwrap();
    let digest = second.statement.digest(&Domain::of_registry(&registry));
    let (signature, id) = key.sign_prehash_recoverable(&digest.0);
    let rs: [u8; 64] = signature.to_bytes().as_slice().try_into().unwrap();
    second.signature = Signature::from_parts(&rs, id.is_y_odd());
    let shown = Equivocation::Allocations { first, second };
    serde_json::to_vec(&Evidence { format: EVIDENCE_FORMAT.into(), registry, shown }).unwrap()
}

/// A clock that is set, and that can be held: whoever asks waits.
pub(crate) struct TestClock {
    pub(crate) now: AtomicU64,
    pub(crate) held: Mutex<()>,
}

impl Clock for TestClock {
    fn now(&self) -> u64 {
        let _held = self.held.lock().unwrap();
        self.now.load(Ordering::SeqCst)
    }
}

/// Holds the worker where it verifies proofs, or makes it panic there. It gives no multiples, so that proofs are verified without it.
#[derive(Default)]
pub(crate) struct Gate {
    state: Mutex<GateState>,
    moved: Condvar,
}

#[derive(Default)]
struct GateState {
    closed: bool,
    panics: bool,
    inside: bool,
}

impl Gate {
    pub(crate) fn close(&self) {
        self.state.lock().unwrap().closed = true;
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().closed = false;
        self.moved.notify_all();
    }

    /// The next one who comes panics, once the gate is open.
    pub(crate) fn panics(&self) {
        self.state.lock().unwrap().panics = true;
    }

    /// Waits until the worker stands before the gate.
    pub(crate) fn wait_for_worker(&self) {
        let state = self.state.lock().unwrap();
        let waited = self.moved.wait_timeout_while(state, PATIENCE, |state| !state.inside).unwrap();
        assert!(!waited.1.timed_out(), "no bundle was judged");
    }
}

impl Accelerator for Gate {
    fn multiples(&self, _: &[(G1Affine, u128)]) -> Vec<G1Affine> {
        let mut state = self.state.lock().unwrap();
        state.inside = true;
        self.moved.notify_all();
        let mut state = self.moved.wait_while(state, |state| state.closed).unwrap();
        state.inside = false;
        let panics = std::mem::take(&mut state.panics);
        drop(state);
        assert!(!panics, "a panic that a test asked for");
        Vec::new()
    }

    fn miller_loops(&self, _: &[(G1Affine, G2Affine)]) -> Fq12 {
        Fq12::ZERO
    }
}

/// Where a service lives; outlives it.
pub(crate) struct Home {
    pub(crate) directory: TempDir,
    pub(crate) config: Config,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) gate: Arc<Gate>,
    /// What a reload reads.
    pub(crate) reread: Arc<Mutex<Result<Config, String>>>,
}

impl Home {
    /// With a position for each of these cases of `fixtures/accept/`, opened.
    pub(crate) fn new(cases: &[&str]) -> Self {
        let home = Self::unopened(cases);
        for position in &home.config.positions {
            open_position(&home.config.state, position, now()).unwrap();
        }
        home
    }

    pub(crate) fn unopened(cases: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::create_dir(at("state")).unwrap();
        private(&at("state"), 0o700);
        std::fs::write(at("token"), format!("{TOKEN}\n")).unwrap();
        private(&at("token"), 0o600);
        let positions = cases.iter().map(|case| {
            let trust = at(&format!("{case}.trust.json"));
            std::fs::write(&trust, fixture(&format!("accept/{case}/trust.json"))).unwrap();
            private(&trust, 0o600);
            PositionConfig {
                name: (*case).into(),
                trust,
                previous: None,
                totals: None,
                bands: BANDS,
                bands_before: None,
            }
        });
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let limits =
            Limits { requests_per_second: 1_000, burst: 10_000, drain_ms: 5_000, ..Limits::default() };
        let config = Config {
            intake: any,
            admin: any,
            admin_token: at("token"),
            state: at("state"),
            fronts: Vec::new(),
            limits,
            positions: positions.collect(),
        };
        let clock = Arc::new(TestClock { now: AtomicU64::new(now()), held: Mutex::new(()) });
        let reread = Arc::new(Mutex::new(Err("not started".into())));
        Home { directory, config, clock, gate: Arc::default(), reread }
    }

    /// What a reload reads from now on.
    pub(crate) fn reconfigure(&self, alter: impl FnOnce(&mut Config)) {
        alter(self.reread.lock().unwrap().as_mut().unwrap());
    }

    /// The trust file of a position, altered.
    pub(crate) fn alter_trust(&self, index: usize, alter: impl FnOnce(&mut Value)) {
        let path = &self.config.positions[index].trust;
        let mut trust: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        alter(&mut trust);
        std::fs::write(path, trust.to_string()).unwrap();
    }

    /// Another trust file beside those that are there.
    pub(crate) fn write_trust(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        private(&path, 0o600);
        path
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.config.state.join(name)
    }

    pub(crate) fn set_clock(&self, now: u64) {
        self.clock.now.store(now, Ordering::SeqCst);
    }

    pub(crate) fn start(&self) -> Server {
        self.try_start().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Starts a service, or answers why it does not start.
    pub(crate) fn try_start(&self) -> Result<Server, StartError> {
        let runtime = Runtime::new().unwrap();
        let (config, clock, gate) = (self.config.clone(), self.clock.clone(), self.gate.clone());
        *self.reread.lock().unwrap() = Ok(config.clone());
        let reread = self.reread.clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, bound) = std::sync::mpsc::channel();
        let task = runtime.spawn(async move {
            let listeners = Listeners::bind(&config).await?;
            let read_config = move || reread.lock().unwrap().clone();
            let parts = Parts { clock, accelerator: Some(gate), read_config: Some(Arc::new(read_config)) };
            let bound = move |intake, admin| tell.send((intake, admin)).unwrap();
            serve(config, parts, listeners, bound, async move { drop(stopped.await) }).await
        });
        match bound.recv() {
            Ok((intake, admin)) => {
                Ok(Server { intake, admin, stop: Some(stop), task: Some(task), runtime: Some(runtime) })
            }
            Err(_) => match runtime.block_on(task).unwrap() {
                Ok(()) => panic!("served nothing"),
                Err(error) => Err(error),
            },
        }
    }
}

pub(crate) fn private(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A running service.
pub(crate) struct Server {
    pub(crate) intake: SocketAddr,
    pub(crate) admin: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<Result<(), StartError>>>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Tells the service to stop, without waiting.
    pub(crate) fn tell_to_stop(&mut self) {
        drop(self.stop.take());
    }

    /// Stops it and waits until it has.
    pub(crate) fn stop(mut self) {
        self.tell_to_stop();
        let task = self.task.take().unwrap();
        self.runtime.as_ref().unwrap().block_on(task).unwrap().unwrap();
    }

    /// Waits until it has ended by itself.
    pub(crate) fn ended(mut self) -> StartError {
        let task = self.task.take().unwrap();
        let ended = async { tokio::time::timeout(PATIENCE, task).await.expect("it goes on").unwrap() };
        self.runtime.as_ref().unwrap().block_on(ended).unwrap_err()
    }

    /// Ends it at once, as a kill does.
    pub(crate) fn kill(mut self) {
        self.runtime.take().unwrap().shutdown_background();
        // Its lock and sockets are gone once its last task is.
        std::thread::sleep(Duration::from_millis(100));
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.intake)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.client().request("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Answer {
        self.client().request("POST", path, &JSON, body)
    }

    pub(crate) fn post_bundle(&self, position: &str, body: &[u8]) -> Answer {
        self.post(&format!("/v1/positions/{position}/bundles"), body)
    }

    /// Sends a bundle without waiting for an answer.
    pub(crate) fn send_bundle(&self, position: &str, body: &[u8]) -> Client {
        let mut client = self.client();
        let length = format!("Content-Length: {}", body.len());
        let head = head("POST", &format!("/v1/positions/{position}/bundles"), &[JSON[0], &length]);
        client.write(&[head.as_bytes(), body].concat());
        client
    }

    pub(crate) fn metrics(&self) -> String {
        String::from_utf8(self.admin_get("/metrics").body).unwrap()
    }

    pub(crate) fn standing(&self, position: &str) -> Value {
        self.get(&format!("/v1/positions/{position}")).ok()
    }

    pub(crate) fn admin_get(&self, path: &str) -> Answer {
        Client::connect(self.admin).request("GET", path, &[&authorization()], b"")
    }

    pub(crate) fn admin_post(&self, path: &str, body: &Value) -> Answer {
        let authorization = authorization();
        let headers = [JSON[0], &authorization];
        Client::connect(self.admin).request("POST", path, &headers, body.to_string().as_bytes())
    }

    pub(crate) fn reload(&self) -> Answer {
        self.admin_post("/v1/reload", &json!({}))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

pub(crate) const JSON: [&str; 1] = ["Content-Type: application/json"];

pub(crate) fn authorization() -> String {
    format!("Authorization: Bearer {TOKEN}")
}

/// A connection of a client.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self { stream: patient(TcpStream::connect(address).unwrap()) }
    }

    /// From another address of this machine.
    pub(crate) fn connect_from(last: u8, address: SocketAddr) -> Self {
        let socket = Runtime::new().unwrap().block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0))).unwrap();
            socket.connect(address).await.unwrap().into_std().unwrap()
        });
        socket.set_nonblocking(false).unwrap();
        Self { stream: patient(socket) }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends a request with its length, and checks the answer against the document.
    pub(crate) fn request(&mut self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        let length = format!("Content-Length: {}", body.len());
        let mut headers = headers.to_vec();
        if method != "GET" {
            headers.push(&length);
        }
        self.write(&[head(method, path, &headers).as_bytes(), body].concat());
        let answer = self.answer().unwrap_or_else(|| panic!("{method} {path}: no answer"));
        answer.check(method, path);
        answer
    }

    /// Reads one answer; nothing where the connection ended without one.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.read_some(&mut bytes) {
                assert!(bytes.is_empty(), "half an answer");
                return None;
            }
        };
        let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
        let mut lines = text.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = bytes.split_off(head);
        while body.len() < length {
            assert!(self.read_some(&mut body), "half a body");
        }
        assert_eq!(body.len(), length);
        Some(Answer { status, headers, body })
    }

    fn read_some(&mut self, bytes: &mut Vec<u8>) -> bool {
        let mut buffer = [0; 4_096];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(read) => {
                bytes.extend_from_slice(&buffer[..read]);
                true
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// Waits until the service has closed the connection, without an answer.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.answer().is_none()
    }

    /// Whether the service has not closed the connection yet.
    pub(crate) fn is_open(&mut self) -> bool {
        self.stream.set_nonblocking(true).unwrap();
        let open = matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).unwrap();
        open
    }
}

fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

pub(crate) fn head(method: &str, path: &str, headers: &[&str]) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")
}

impl Answer {
    pub(crate) fn check(&self, method: &str, path: &str) {
        let kind = self.headers.get("content-type").map_or("", String::as_str);
        crate::conform::check(method, path, self.status, kind, &self.body);
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// The error's code, of an answer with this status.
    pub(crate) fn code(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        let body = self.json();
        assert!(body["error"]["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
        body["error"]["code"].as_str().unwrap().to_owned()
    }

    /// Rule and code of a verdict that refuses.
    pub(crate) fn refused(&self) -> (String, String) {
        assert_eq!(self.status, 422, "{}", String::from_utf8_lossy(&self.body));
        let verdict = &self.json()["verdict"];
        let text = |field: &str| verdict[field].as_str().unwrap_or_default().to_owned();
        (text("rule"), text("code"))
    }
}

/// Waits until something holds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A claim of the venue.
pub(crate) fn claim(number: u64) -> Value {
    json!({ "number": number, "digest": format!("0x{number:064x}") })
}

pub(crate) fn local(last: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 0, last).into()
}
