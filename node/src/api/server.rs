//! Listens, and cuts whoever is too slow or too many.
//!
//! HTTP/1.1 only, so that one client cannot open a thousand streams on one connection. A connection is cut when its
//! handshake or the head of a request takes too long, and when its client does not read the answer. When all places
//! are taken, the oldest connection that has asked nothing yet makes room: who only opens connections keeps nobody out.

use super::metrics::Counters;
use super::routes::router;
use super::token::Token;
use super::{Api, HEADER_BYTES_MAX, HEADERS_MAX, Peer, tls};
use crate::app::App;
use crate::config::Config;
use anyhow::Context as _;
use axum::body::Body;
use axum::extract::Request;
use genesis::home::{Home, read_secret};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Sleep};
use tokio_rustls::TlsAcceptor;

/// How many connections are open at the same time. One more cuts the oldest that has asked nothing yet, else waits.
pub const CONNECTIONS_MAX: usize = 1024;
/// How many of them one address (of IPv6 one network of 64 bits, which one host commands) may have, if it is not loopback and no proxy stands before the node.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 128;
/// How long a TLS handshake may take.
pub const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
/// How long the head of a connection's first request may take to come.
pub const FIRST_HEAD_WITHIN: Duration = Duration::from_secs(5);
/// How long the head of a further request may take to come, the wait between two requests included.
pub const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// How long a client may read nothing of an answer.
pub const READ_WITHIN: Duration = Duration::from_secs(20);
/// How long answers in progress may take when the node stops.
pub const DRAIN_WITHIN: Duration = Duration::from_secs(3);

/// The listening API.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    listening: JoinHandle<()>,
}

/// What must be at hand before a node starts anything: the token, the certificate and the port. Nobody is answered yet.
pub struct Door {
    token: Token,
    tls: Option<TlsAcceptor>,
    listener: TcpListener,
}

impl Door {
    /// Takes all three as `node.toml` and the home have them.
    ///
    /// # Errors
    /// One line that says what is wrong and what to do: no usable token or TLS files, plain HTTP beyond loopback, or an
    /// address that cannot be had.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        tls::check_exposure(config.api_listen, config.tls.is_some(), config.behind_proxy)?;
        let token = token_of(&config.home)?;
        let tls = config.tls.as_ref().map(|(certificate, key)| tls::acceptor(certificate, key)).transpose()?;
        let listen = config.api_listen;
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("the HTTP API cannot listen on {listen}: choose another api_listen in node.toml, or stop whoever has it")
        })?;
        Ok(Self { token, tls, listener })
    }
}

/// The token of a home.
///
/// # Errors
/// If its file cannot be read, others may read it, or it is too weak.
pub fn token_of(home: &Home) -> anyhow::Result<Token> {
    let path = home.token();
    Token::from_file(&read_secret(&path)?).with_context(|| path.display().to_string())
}

impl Server {
    /// Answers at an open door.
    ///
    /// # Errors
    /// As [`Self::serve`].
    pub fn start(app: Arc<App>, door: Door) -> anyhow::Result<Self> {
        Self::serve(Api::new(app, door.token), door.listener, door.tls)
    }

    /// Serves on a listener that is open already.
    ///
    /// # Errors
    /// If the listener has no address.
    pub fn serve(api: Arc<Api>, listener: TcpListener, tls: Option<TlsAcceptor>) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        tracing::info!(%address, tls = tls.is_some(), "listening for people and tools");
        let (stop, stopped) = watch::channel(false);
        let counters = Arc::clone(&api.counters);
        let desk = Desk {
            behind_proxy: api.app.config.behind_proxy,
            service: TowerToHyperService::new(router(api)),
            counters,
            places: CONNECTIONS_MAX,
            read_within: READ_WITHIN,
        };
        let listening = tokio::spawn(listen(desk, listener, tls, stopped));
        Ok(Self { address, stop, listening })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening; answers in progress have [`DRAIN_WITHIN`]. Those who wait for a decision are told at once by
    /// the node's own stop.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.listening.await;
    }
}

/// What serves connections, and how many at the same time.
struct Desk {
    service: Routes,
    behind_proxy: bool,
    counters: Arc<Counters>,
    places: usize,
    read_within: Duration,
}

async fn listen(desk: Desk, listener: TcpListener, tls: Option<TlsAcceptor>, mut stopped: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(desk.places));
    let (addresses, silent) = (Addresses::default(), Silent::default());
    let mut connections = tokio::task::JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let accepted = tokio::select! {
            accepted = accept(&listener) => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer)) = accepted else { continue };
        let bounded = !desk.behind_proxy && !peer.ip().to_canonical().is_loopback();
        let Some(share) = addresses.enter(peer.ip(), bounded) else {
            desk.counters.connections_refused.fetch_add(1, Relaxed);
            continue;
        };
        if places.available_permits() == 0 && silent.cut_oldest() {
            desk.counters.connections_refused.fetch_add(1, Relaxed);
        }
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Ok(place) = place else { break };
        let (service, tls, stopped, counters) = (desk.service.clone(), tls.clone(), stopped.clone(), Arc::clone(&desk.counters));
        let first = Arc::new(silent.enter());
        let read_within = desk.read_within;
        connections.spawn(async move {
            counters.connections.fetch_add(1, Relaxed);
            // A connection that breaks off concerns its client only.
            tokio::select! {
                _ = connection(stream, peer.ip(), service, tls, read_within, stopped, Arc::clone(&first)) => {}
                () = first.cut.notified() => {}
            }
            counters.connections.fetch_sub(1, Relaxed);
            drop((place, share));
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(DRAIN_WITHIN, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
}

async fn accept(listener: &TcpListener) -> Option<(TcpStream, SocketAddr)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Small answers go out at once; if the system does not allow that, they go out a little later.
            let _ = stream.set_nodelay(true);
            Some((stream, peer))
        }
        Err(error) => {
            // Out of file descriptors, or a client that left already: others will come.
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

type Routes = TowerToHyperService<axum::Router>;

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    service: Routes,
    tls: Option<TlsAcceptor>,
    read_within: Duration,
    stopped: watch::Receiver<bool>,
    first: Arc<First>,
) -> io::Result<()> {
    match tls {
        None => speak(Patient::new(stream, read_within), peer, service, stopped, first).await,
        Some(acceptor) => {
            let stream = tokio::time::timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await??;
            speak(Patient::new(stream, read_within), peer, service, stopped, first).await
        }
    }
}

async fn speak<S>(stream: S, peer: IpAddr, service: Routes, mut stopped: watch::Receiver<bool>, first: Arc<First>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let asking = Arc::clone(&first);
    let answer = service_fn(move |request: Request<Incoming>| {
        asking.heard();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        service.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_headers(HEADERS_MAX).max_header_size(HEADER_BYTES_MAX);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), answer));
    let too_late = async {
        tokio::time::sleep(FIRST_HEAD_WITHIN).await;
        if first.is_heard() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        done = connection.as_mut() => return done.map_err(io::Error::other),
        () = too_late => return Err(io::ErrorKind::TimedOut.into()),
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await.map_err(io::Error::other)
}

/// The connections that have asked nothing yet, oldest first.
#[derive(Clone, Debug, Default)]
struct Silent(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    entered: u64,
    cut: BTreeMap<u64, Arc<Notify>>,
}

/// A connection's first request, which is still to come until it is heard.
struct First {
    silent: Silent,
    number: u64,
    cut: Arc<Notify>,
}

impl Silent {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) -> First {
        let mut waiting = self.lock();
        let (number, cut) = (waiting.entered, Arc::new(Notify::new()));
        waiting.entered = number.wrapping_add(1);
        waiting.cut.insert(number, Arc::clone(&cut));
        First { silent: self.clone(), number, cut }
    }

    /// Cuts the one that has waited longest; `false` if each has asked something.
    fn cut_oldest(&self) -> bool {
        let oldest = self.lock().cut.pop_first();
        oldest.is_some_and(|(_, cut)| {
            cut.notify_one();
            true
        })
    }
}

impl First {
    fn heard(&self) {
        self.silent.lock().cut.remove(&self.number);
    }

    fn is_heard(&self) -> bool {
        !self.silent.lock().cut.contains_key(&self.number)
    }
}

impl Drop for First {
    fn drop(&mut self) {
        self.heard();
    }
}

/// How many connections each address has.
#[derive(Clone, Debug, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection's place among those of its address.
struct Share(Addresses, IpAddr);

impl Addresses {
    fn enter(&self, address: IpAddr, bounded: bool) -> Option<Share> {
        let address = network_of(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if bounded && *count >= CONNECTIONS_PER_ADDRESS_MAX {
            return None;
        }
        *count += 1;
        Some(Share(self.clone(), address))
    }
}

/// What one host commands: an IPv4 address, or the first 64 bits of an IPv6 address.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.1) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

/// A stream whose writes fail once the other end has taken nothing for `within`.
struct Patient<S> {
    stream: S,
    within: Duration,
    deadline: Pin<Box<Sleep>>,
    waiting: bool,
}

impl<S> Patient<S> {
    fn new(stream: S, within: Duration) -> Self {
        Self { stream, within, deadline: Box::pin(tokio::time::sleep(within)), waiting: false }
    }

    /// Passes on an attempt to write; a first one that must wait sets the deadline.
    fn within<T>(&mut self, context: &mut Context<'_>, attempt: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.waiting = false;
            return attempt;
        }
        if !self.waiting {
            self.waiting = true;
            self.deadline.as_mut().reset(Instant::now() + self.within);
        }
        ready!(self.deadline.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within(context, attempt)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.within(context, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_flush(context);
        self.within(context, attempt)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.stream).poll_shutdown(context);
        self.within(context, attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn half_open_heads_in_all_places_do_not_keep_a_proper_request_out() {
        const PLACES: usize = 8;
        let routes = axum::Router::new().route("/health", axum::routing::get(|| async { "alive" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counters = Arc::new(Counters::default());
        let desk = Desk {
            service: TowerToHyperService::new(routes),
            behind_proxy: false,
            counters: Arc::clone(&counters),
            places: PLACES,
            read_within: READ_WITHIN,
        };
        let (stop, stopped) = watch::channel(false);
        let listening = tokio::spawn(listen(desk, listener, None, stopped));
        // One that has asked already keeps its place.
        let mut earlier = TcpStream::connect(address).await.unwrap();
        let mut bytes = [0; 12];
        earlier.write_all(b"GET /health HTTP/1.1\r\nhost: n\r\n\r\n").await.unwrap();
        earlier.read_exact(&mut bytes).await.unwrap();
        let mut half_open = Vec::new();
        for _ in 0..PLACES * 3 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /health HTTP/1.1\r\nhost: n\r\nx-slow: ").await.unwrap();
            half_open.push(stream);
        }
        let began = Instant::now();
        for mut proper in [TcpStream::connect(address).await.unwrap(), earlier] {
            let mut answer = String::new();
            proper.write_all(b"GET /health HTTP/1.1\r\nhost: n\r\nconnection: close\r\n\r\n").await.unwrap();
            proper.read_to_string(&mut answer).await.unwrap();
            assert!(answer.contains("HTTP/1.1 200 OK") && answer.ends_with("alive"), "{answer}");
        }
        assert!(began.elapsed() < FIRST_HEAD_WITHIN / 2);
        assert!(counters.connections_refused.load(Relaxed) >= PLACES as u64);
        // Those that are left are cut before the time of a further head is up.
        for mut stream in half_open {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
        }
        assert!(began.elapsed() < HEAD_WITHIN / 2);
        stop.send(true).unwrap();
        listening.await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_client_that_stops_reading_its_answer_is_cut_and_a_slow_one_is_not() {
        const ANSWER_BYTES: usize = 64 * 1024 * 1024;
        let routes = axum::Router::new().route("/large", axum::routing::get(|| async { vec![7_u8; ANSWER_BYTES] }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let counters = Arc::new(Counters::default());
        let service = TowerToHyperService::new(routes);
        let read_within = Duration::from_millis(300);
        let desk = Desk { service, behind_proxy: false, counters: Arc::clone(&counters), places: 8, read_within };
        let (stop, stopped) = watch::channel(false);
        let listening = tokio::spawn(listen(desk, listener, None, stopped));
        let ask = || async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /large HTTP/1.1\r\nhost: n\r\nconnection: close\r\n\r\n").await.unwrap();
            stream.read_exact(&mut [0; 12]).await.unwrap();
            stream
        };
        let mut stalled = ask().await;
        // The place is free again although the client still holds the connection, and has not read its answer.
        while counters.connections.load(Relaxed) > 0 {
            tokio::task::yield_now().await;
        }
        let mut rest = Vec::new();
        let _ = stalled.read_to_end(&mut rest).await;
        assert!(rest.len() < ANSWER_BYTES, "cut in the middle");
        // Who reads on, a piece at a time, gets all of it, though it takes longer in all.
        let mut slow = ask().await;
        let (mut read, mut piece) = (0, vec![0; 8 * 1024 * 1024]);
        while let Ok(count) = slow.read(&mut piece).await
            && count > 0
        {
            read += count;
        }
        assert!(read > ANSWER_BYTES);
        stop.send(true).unwrap();
        listening.await.unwrap();
    }

    #[test]
    fn addresses_of_one_ipv6_network_share_their_places() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
    }

    #[test]
    fn one_connection_past_an_addresss_share_is_refused() {
        let addresses = Addresses::default();
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut held: Vec<_> = (0..CONNECTIONS_PER_ADDRESS_MAX).map(|_| addresses.enter(one, true).unwrap()).collect();
        assert!(addresses.enter(one, true).is_none() && addresses.enter(other, true).is_some());
        held.pop();
        assert!(addresses.enter(one, true).is_some());
        held.clear();
        assert!(addresses.0.lock().unwrap().is_empty());
    }
}
