//! Waiting on a shard's sockets, its wakers and its next deadline at once, by epoll.

#![expect(
    unsafe_code,
    reason = "epoll and eventfd have no safe interface in std"
)]

use std::io::{self, ErrorKind};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tokens are bits of [`Ready`].
const MAX_SOCKETS: u8 = 63;
const WAKER_TOKEN: u64 = u64::MAX;
/// A shard has a handful of sockets, and what does not fit is reported by the next wait.
const EVENTS_PER_WAIT: usize = 16;

/// One thread's waiting place. Sockets are level-triggered: unread datagrams are reported again.
#[derive(Debug)]
pub struct Poller {
    epoll: OwnedFd,
    bell: Arc<Bell>,
    sockets: u8,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// Somebody called [`Waker::wake`] since the last wait.
    pub woken: bool,
    readable: u64,
}

impl Ready {
    /// Whether the socket that [`Poller::add`] gave this token has something to read.
    pub fn is_readable(&self, token: u8) -> bool {
        self.readable & (1 << token) != 0
    }
}

impl Poller {
    /// # Errors
    /// When the process has no descriptors left (it needs two).
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes no pointers; the result is checked before it is owned.
        let epoll = owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: as above.
        let event = owned(unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) })?;
        let bell = Arc::new(Bell {
            event,
            rung: AtomicBool::new(false),
        });
        let poller = Self {
            epoll,
            bell,
            sockets: 0,
        };
        poller.watch(poller.bell.event.as_raw_fd(), WAKER_TOKEN)?;
        Ok(poller)
    }

    /// Watches a socket for something to read; the token is its number in [`Ready`].
    ///
    /// # Errors
    /// When there are 63 already, or the system refuses.
    pub fn add(&mut self, socket: &impl AsRawFd) -> io::Result<u8> {
        if self.sockets == MAX_SOCKETS {
            return Err(io::Error::new(
                ErrorKind::OutOfMemory,
                "too many sockets in one poller",
            ));
        }
        let token = self.sockets;
        self.watch(socket.as_raw_fd(), u64::from(token))?;
        self.sockets += 1;
        Ok(token)
    }

    pub fn waker(&self) -> Waker {
        Waker(self.bell.clone())
    }

    /// Waits until something is ready or `deadline` has come; without a deadline as long as it
    /// takes, with one that has passed not at all. Precise to the kernel's timer slack (50 µs).
    ///
    /// # Errors
    /// Only those of a broken descriptor; a signal's interruption is an empty [`Ready`].
    pub fn wait(&mut self, now: Instant, deadline: Option<Instant>) -> io::Result<Ready> {
        let timeout = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(now);
            libc::timespec {
                tv_sec: libc::time_t::try_from(left.as_secs()).unwrap_or(libc::time_t::MAX),
                tv_nsec: libc::c_long::from(left.subsec_nanos().cast_signed()),
            }
        });
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; EVENTS_PER_WAIT];
        let count = match self.wait_raw(&mut events, timeout.as_ref()) {
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => return Err(error),
        };
        let mut ready = Ready::default();
        for event in &events[..count] {
            match event.u64 {
                WAKER_TOKEN => {
                    self.bell.silence();
                    ready.woken = true;
                }
                token => ready.readable |= 1 << token,
            }
        }
        Ok(ready)
    }

    fn watch(&self, fd: RawFd, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event {
            events: libc::EPOLLIN.cast_unsigned(),
            u64: token,
        };
        // SAFETY: the event lives through the call, and the kernel copies it.
        let result = unsafe {
            libc::epoll_ctl(
                self.epoll.as_raw_fd(),
                libc::EPOLL_CTL_ADD,
                fd,
                &raw mut event,
            )
        };
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// `epoll_pwait2`, whose timeout is in nanoseconds: `epoll_wait` would round a pacer's 300 µs
    /// to 0 or 1 ms. Linux has it since 5.11; without it the timeout is rounded up.
    fn wait_raw(
        &self,
        events: &mut [libc::epoll_event; EVENTS_PER_WAIT],
        timeout: Option<&libc::timespec>,
    ) -> io::Result<usize> {
        let timeout_ptr = timeout.map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: the kernel writes at most EVENTS_PER_WAIT events into the array and reads the
        // timeout, both of which outlive the call; the signal mask is null, its size then unused.
        let count = unsafe {
            libc::syscall(
                libc::SYS_epoll_pwait2,
                self.epoll.as_raw_fd(),
                events.as_mut_ptr(),
                EVENTS_PER_WAIT as libc::c_int,
                timeout_ptr,
                std::ptr::null::<libc::sigset_t>(),
                0_usize,
            )
        };
        if count >= 0 {
            return Ok(usize::try_from(count).unwrap_or(0));
        }
        let error = io::Error::last_os_error();
        if error.raw_os_error() != Some(libc::ENOSYS) {
            return Err(error);
        }
        let timeout_ms = timeout.map_or(-1, round_up_ms);
        // SAFETY: as above, with the timeout by value.
        let count = unsafe {
            libc::epoll_wait(
                self.epoll.as_raw_fd(),
                events.as_mut_ptr(),
                EVENTS_PER_WAIT as libc::c_int,
                timeout_ms,
            )
        };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }
}

/// Ends the wait of one [`Poller`] from any thread. What was queued before the call is seen by
/// whoever drains after [`Ready::woken`].
#[derive(Clone, Debug)]
pub struct Waker(Arc<Bell>);

impl Waker {
    /// One atomic operation when the poller has been woken already; otherwise a system call.
    pub fn wake(&self) {
        if self.0.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let one = 1_u64;
        // SAFETY: eight bytes of a live integer are read. It can fail only if the counter is full
        // (2^64 - 2 wakes), in which case the poller is awake anyway.
        unsafe { libc::write(self.0.event.as_raw_fd(), (&raw const one).cast(), 8) };
    }
}

/// An eventfd, and whether it has been written to since it was last read.
#[derive(Debug)]
struct Bell {
    event: OwnedFd,
    rung: AtomicBool,
}

impl Bell {
    /// Read first, then clear: a wake in between finds `rung` set and does nothing, and what it
    /// announced is drained after this. The swap (not a store) orders that drain after its queueing.
    fn silence(&self) {
        let mut count = 0_u64;
        // SAFETY: eight bytes of a live integer are written; the descriptor does not block.
        unsafe { libc::read(self.event.as_raw_fd(), (&raw mut count).cast(), 8) };
        self.rung.swap(false, Ordering::AcqRel);
    }
}

fn round_up_ms(timeout: &libc::timespec) -> libc::c_int {
    let ms =
        i128::from(timeout.tv_sec) * 1_000 + (i128::from(timeout.tv_nsec) + 999_999) / 1_000_000;
    libc::c_int::try_from(ms).unwrap_or(libc::c_int::MAX)
}

fn owned(fd: RawFd) -> io::Result<OwnedFd> {
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a fresh descriptor that nobody else knows.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use std::time::Duration;

    #[test]
    fn a_wake_from_another_thread_ends_the_wait() {
        let mut poller = Poller::new().unwrap();
        let waker = poller.waker();
        let thread = std::thread::spawn(move || waker.wake());
        let ready = poller.wait(OsClock.now(), None).unwrap();
        assert!(ready.woken);
        thread.join().unwrap();
    }

    #[test]
    fn many_wakes_are_one_and_the_next_is_not_lost() {
        let mut poller = Poller::new().unwrap();
        let waker = poller.waker();
        for _ in 0..3 {
            (0..100).for_each(|_| waker.wake());
            assert!(poller.wait(OsClock.now(), None).unwrap().woken);
            let now = OsClock.now();
            assert_eq!(poller.wait(now, Some(now)).unwrap(), Ready::default());
        }
    }

    #[test]
    fn a_deadline_ends_the_wait_and_not_before_its_time() {
        let mut poller = Poller::new().unwrap();
        let start = OsClock.now();
        let deadline = start + Duration::from_millis(20);
        assert_eq!(
            poller.wait(start, Some(deadline)).unwrap(),
            Ready::default()
        );
        assert!(OsClock.now() >= deadline);
    }

    #[test]
    fn each_socket_is_told_by_its_token() {
        let mut poller = Poller::new().unwrap();
        let sockets = [0, 1].map(|_| std::net::UdpSocket::bind("127.0.0.1:0").unwrap());
        let tokens = [0, 1].map(|at: usize| poller.add(&sockets[at]).unwrap());
        let sender = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        sender
            .send_to(b"x", sockets[1].local_addr().unwrap())
            .unwrap();
        let ready = poller.wait(OsClock.now(), None).unwrap();
        assert!(ready.is_readable(tokens[1]) && !ready.is_readable(tokens[0]) && !ready.woken);
    }

    #[test]
    fn a_rounded_timeout_is_never_too_short() {
        let timespec = |tv_sec, tv_nsec| libc::timespec { tv_sec, tv_nsec };
        assert_eq!(round_up_ms(&timespec(0, 1)), 1);
        assert_eq!(round_up_ms(&timespec(1, 1_000_000)), 1_001);
        assert_eq!(round_up_ms(&timespec(i64::MAX, 0)), i32::MAX);
    }
}
