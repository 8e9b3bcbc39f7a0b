//! The two listeners and their connections: who is let in, for how long, and what is asked before a route is looked up.

mod body;
mod error;
mod guard;
mod routes;

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use routes::{ROUTES, Route};

use crate::config::{Config, Limits};
use crate::error::StartError;
use crate::limit::{Buckets, Connection, Connections};
use crate::service::Service;
use crate::token::Token;
use crate::worker::Job;

/// Most headers of a request.
const MAX_HEADERS: usize = 64;
/// Longest request line and headers, in bytes.
const MAX_HEADER_BYTES: usize = 16 << 10;

/// Which listener a request arrived at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Intake,
    Admin,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Intake => "intake",
            Side::Admin => "admin",
        }
    }
}

/// The bound sockets.
pub struct Listeners {
    intake: TcpListener,
    admin: TcpListener,
}

impl Listeners {
    /// Binds the addresses of a configuration.
    ///
    /// # Errors
    /// [`StartError`]: a configuration that contradicts itself, an address that can't be bound.
    pub async fn bind(config: &Config) -> Result<Self, StartError> {
        config.check()?;
        let bind = async |address: SocketAddr| {
            TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
        };
        Ok(Listeners { intake: bind(config.intake).await?, admin: bind(config.admin).await? })
    }

    /// The addresses of intake and admin listener.
    ///
    /// # Errors
    /// [`StartError::Listen`] where the system does not tell them.
    pub fn addresses(&self) -> Result<(SocketAddr, SocketAddr), StartError> {
        let of = |listener: &TcpListener| {
            let address = SocketAddr::from(([0, 0, 0, 0], 0));
            listener.local_addr().map_err(|source| StartError::Listen { address, source })
        };
        Ok((of(&self.intake)?, of(&self.admin)?))
    }
}

/// What every connection shares.
pub(crate) struct Http {
    pub(crate) service: Arc<Service>,
    pub(crate) jobs: mpsc::Sender<Job>,
    pub(crate) limits: Limits,
    fronts: Vec<IpAddr>,
    token: Token,
    /// Of the intake and of the admin listener: whoever floods one takes nothing from the other.
    buckets: [Mutex<Buckets>; 2],
    began: Instant,
}

impl Http {
    pub(crate) fn new(
        service: Arc<Service>,
        jobs: mpsc::Sender<Job>,
        limits: Limits,
        fronts: Vec<IpAddr>,
        token: Token,
    ) -> Self {
        let buckets = [(); 2]
            .map(|()| Mutex::new(Buckets::new(limits.requests_per_second, limits.burst, limits.peers)));
        let fronts = fronts.into_iter().map(|front| front.to_canonical()).collect();
        Http { service, jobs, limits, fronts, token, buckets, began: Instant::now() }
    }

    fn is_front(&self, address: IpAddr) -> bool {
        self.fronts.contains(&address.to_canonical())
    }

    /// Takes one token of a peer.
    fn take_token(&self, side: Side, address: IpAddr) -> Result<(), u64> {
        let [intake, admin] = &self.buckets;
        let buckets = if side == Side::Intake { intake } else { admin };
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        buckets.lock().unwrap_or_else(PoisonError::into_inner).take(address.into(), now)
    }
}

/// Serves both listeners until `shutdown` ends, then finishes what runs within the drain time.
pub(crate) async fn serve(http: Http, listeners: Listeners, shutdown: impl Future<Output = ()>) {
    let drain = Duration::from_millis(http.limits.drain_ms);
    let http = Arc::new(http);
    let (stop, stopping) = watch::channel(false);
    let mut shutdown = pin!(shutdown);
    let mut intake = pin!(listen(http.clone(), listeners.intake, Side::Intake, stopping.clone()));
    let mut admin = pin!(listen(http.clone(), listeners.admin, Side::Admin, stopping));
    tokio::select! {
        () = &mut shutdown => {}
        _ = &mut intake => {}
        _ = &mut admin => {}
    }
    let _ = stop.send(true);
    let (mut intake, mut admin) = tokio::join!(intake, admin);
    let all = async { while intake.join_next().await.is_some() || admin.join_next().await.is_some() {} };
    // What is left is cut off when its set is dropped.
    let _ = timeout(drain, all).await;
}

/// Accepts connections until the service stops; answers those that are still open.
async fn listen(
    http: Arc<Http>,
    listener: TcpListener,
    side: Side,
    mut stopping: watch::Receiver<bool>,
) -> JoinSet<()> {
    let mut running = JoinSet::new();
    let connections = Connections::default();
    let places = Arc::new(Semaphore::new(http.limits.connections));
    let router = routes::router(&http, side);
    loop {
        // Without a place nothing is accepted: the next one waits in the listener's queue.
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            _ = stopping.changed() => return running,
        };
        let (Ok(place), Ok((stream, peer))) = (place, accepted) else {
            // Out of file descriptors, perhaps: others end meanwhile.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        while running.try_join_next().is_some() {}
        let counted = match http.is_front(peer.ip()) {
            true => None,
            false => match connections.enter(peer.ip().into(), http.limits.peer_connections) {
                Some(counted) => Some(counted),
                None => {
                    http.service.metrics.turned_away.inc();
                    continue;
                }
            },
        };
        let served = Served { http: http.clone(), side, peer: peer.ip(), router: router.clone() };
        let stopping = stopping.clone();
        running.spawn(async move {
            serve_connection(served, stream, counted, stopping).await;
            drop(place);
        });
    }
}

/// A connection's own.
struct Served {
    http: Arc<Http>,
    side: Side,
    peer: IpAddr,
    router: axum::Router,
}

impl Served {
    /// Asks the guard, then the routes; counts the answer.
    async fn answer(&self, request: Request<Incoming>) -> Response {
        let request = request.map(Body::new);
        let head = *request.method() == axum::http::Method::HEAD;
        let response = match self.http.guard(self.side, self.peer, &request) {
            Err(error) => error.answer(),
            Ok(()) => {
                let routes = TowerToHyperService::new(self.router.clone());
                match hyper::service::Service::call(&routes, request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                }
            }
        };
        let operation = response.extensions().get::<routes::Operation>().map_or("none", |it| it.name());
        let status = response.status();
        self.http.service.metrics.requests.with_label_values(&[operation, status.as_str()]).inc();
        if head { response.map(|_| Body::empty()) } else { response }
    }
}

async fn serve_connection(
    served: Served,
    stream: TcpStream,
    counted: Option<Connection>,
    mut stopping: watch::Receiver<bool>,
) {
    let open = served.http.service.metrics.connections.with_label_values(&[served.side.name()]);
    open.inc();
    let limits = served.http.limits.clone();
    let _ = stream.set_nodelay(true);
    let served = Arc::new(served);
    let service = hyper::service::service_fn(move |request| {
        let served = served.clone();
        async move { Ok::<_, std::convert::Infallible>(served.answer(request).await) }
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.header_ms))
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEADER_BYTES);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let stopped = async {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let ended = tokio::select! {
        _ = connection.as_mut() => true,
        () = sleep(Duration::from_millis(limits.connection_ms)) => false,
        () = stopped => false,
    };
    if !ended {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(Duration::from_millis(limits.body_ms), connection).await;
    }
    open.dec();
    drop(counted);
}
