//! Connections: how many there may be, and which of them are ended. Each carries its own watch in
//! the bytes that it reads and writes, so that no task of ours has to go round them.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::stream::{self, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Connected;

use crate::config::Limits;

/// How often a connection looks at its own times.
const CHECK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the system has no further socket for us: accepting again at once would
/// keep a core busy with nothing.
const NO_SOCKET: Duration = Duration::from_millis(100);

/// The connections that come in. One over the limit is closed at once, which a client takes for
/// UNAVAILABLE and tries again; left in the queue it would wait for its own deadline.
pub(crate) fn incoming(
    listener: TcpListener,
    limits: &Limits,
    stop: CancellationToken,
) -> impl Stream<Item = io::Result<Connection>> + use<> {
    let places = Arc::new(Semaphore::new(limits.connections.get() as usize));
    let times = Times::new(limits);
    stream::unfold((listener, false), move |(listener, mut full)| {
        let (places, stop) = (Arc::clone(&places), stop.clone());
        async move {
            loop {
                let (socket, peer) = match listener.accept().await {
                    Ok((socket, peer)) => (socket, peer.ip()),
                    Err(error) => {
                        tracing::warn!(error = %error, "A connection could not be accepted.");
                        tokio::time::sleep(NO_SOCKET).await;
                        continue;
                    }
                };
                let Ok(place) = places.clone().try_acquire_owned() else {
                    if !full {
                        tracing::warn!(
                            "There are as many connections as limits.connections allows; further ones are closed."
                        );
                    }
                    full = true;
                    continue;
                };
                full = false;
                // A small answer must not wait for a larger one to fill the packet.
                drop(socket.set_nodelay(true));
                let connection = Connection::new((socket, peer), times, stop, place);
                return Some((Ok(connection), (listener, full)));
            }
        }
    })
}

/// After which times a connection is ended.
#[derive(Clone, Copy, Debug)]
struct Times {
    first_call: Duration,
    unread: Duration,
    whole_life: Duration,
}

impl Times {
    fn new(limits: &Limits) -> Self {
        Self {
            first_call: limits.first_call(),
            unread: limits.unread(),
            whole_life: limits.connection_age() + limits.connection_grace(),
        }
    }
}

/// A connection of a client.
#[derive(Debug)]
pub(crate) struct Connection {
    socket: TcpStream,
    link: Link,
    times: Times,
    began: Instant,
    /// Since when the client has taken no byte of what we have to write.
    blocked: Option<Instant>,
    check: Pin<Box<Sleep>>,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    fn new(
        (socket, peer): (TcpStream, IpAddr),
        times: Times,
        stop: CancellationToken,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            socket,
            link: Link::from(peer),
            times,
            began: Instant::now(),
            blocked: None,
            check: Box::pin(tokio::time::sleep(CHECK_EVERY)),
            stop,
            _place: place,
        }
    }

    /// Fails when the connection is to end; otherwise sees to it that this is asked again.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while self.check.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            if let Some(why) = self.overdue(now) {
                tracing::info!(reason = why, "A connection was closed.");
                return Err(io::Error::new(io::ErrorKind::TimedOut, why));
            }
            self.check.as_mut().reset(now + CHECK_EVERY);
        }
        Ok(())
    }

    fn overdue(&self, now: Instant) -> Option<&'static str> {
        let age = now - self.began;
        let called = self.link.called();
        let unread = |since: Instant| now - since > self.times.unread;
        if age > self.times.whole_life {
            Some("it is as old as a connection may become")
        } else if !called && age > self.times.first_call {
            Some("no call came")
        } else if !called && self.stop.is_cancelled() {
            Some("the server stops, and no call came")
        } else if self.blocked.is_some_and(unread) || self.link.oldest_unread().is_some_and(unread)
        {
            Some("the client does not read its answers")
        } else {
            None
        }
    }

    fn written<T>(&mut self, polled: Poll<T>) -> Poll<T> {
        match polled {
            Poll::Ready(_) => self.blocked = None,
            Poll::Pending => self.blocked = self.blocked.or_else(|| Some(Instant::now())),
        }
        polled
    }
}

impl Connected for Connection {
    type ConnectInfo = Link;

    fn connect_info(&self) -> Link {
        self.link.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

// Where the client reads nothing, HTTP/2 may only write, never read: so both ask for the check.
impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let polled = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.written(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let polled = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.written(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
        Poll::Ready(Ok(()))
    }
}

/// What calls tell the connection on which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    /// Where the connection comes from; `None` for a call without one.
    peer: Option<IpAddr>,
    called: AtomicBool,
    answers: AtomicU64,
    /// Since when each answer waits for the client to read it.
    unread: Mutex<HashMap<u64, Instant>>,
}

impl From<IpAddr> for Link {
    fn from(peer: IpAddr) -> Self {
        Self(Arc::new(Told {
            peer: Some(peer),
            ..Told::default()
        }))
    }
}

impl Link {
    /// The network address at the other end.
    pub(crate) fn peer(&self) -> Option<IpAddr> {
        self.0.peer
    }

    /// A call has come.
    pub(crate) fn call(&self) {
        self.0.called.store(true, Ordering::Relaxed);
    }

    fn called(&self) -> bool {
        self.0.called.load(Ordering::Relaxed)
    }

    /// An answer that the client has not read.
    pub(crate) fn unread(&self) -> Unread {
        let mut unread = Unread {
            link: self.clone(),
            answer: self.0.answers.fetch_add(1, Ordering::Relaxed),
            waits: false,
        };
        unread.waits(true);
        unread
    }

    fn oldest_unread(&self) -> Option<Instant> {
        self.with(|unread| unread.values().min().copied())
    }

    fn with<T>(&self, f: impl FnOnce(&mut HashMap<u64, Instant>) -> T) -> T {
        f(&mut self.0.unread.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// An answer under way; forgotten when dropped.
#[derive(Debug)]
pub(crate) struct Unread {
    link: Link,
    answer: u64,
    waits: bool,
}

impl Unread {
    /// Whether the answer now waits for the client, or the client for it.
    pub(crate) fn waits(&mut self, waits: bool) {
        if waits {
            self.link
                .with(|unread| unread.insert(self.answer, Instant::now()));
        } else if self.waits {
            self.link.with(|unread| unread.remove(&self.answer));
        }
        self.waits = waits;
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        self.waits(false);
    }
}
