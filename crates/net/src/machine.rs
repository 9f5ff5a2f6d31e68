//! What the machine says of this process: processor time, descriptors, addresses.

#![expect(
    unsafe_code,
    reason = "these system calls have no safe interface in std"
)]

use crate::udp::address;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

/// Processor time that the calling thread has used.
pub fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the kernel writes one timespec into a live one. The clock exists since Linux 2.6.12,
    // and if the call fails nonetheless the time stays zero.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

/// How many descriptors the process may have, and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptors {
    pub open: u64,
    /// The soft limit (RLIMIT_NOFILE): the one that counts.
    pub limit: u64,
}

/// # Errors
/// When `/proc` is not mounted.
pub fn descriptors() -> io::Result<Descriptors> {
    let limit = descriptor_limit()?;
    // Reading the directory takes a descriptor of its own.
    let open = std::fs::read_dir("/proc/self/fd")?
        .count()
        .saturating_sub(1);
    Ok(Descriptors {
        open: open as u64,
        limit: limit.rlim_cur,
    })
}

/// Raises the soft limit of descriptors to the hard one, which whoever runs the process has allowed
/// it. The soft one is 1024 on most systems, for the sake of `select`, which nothing here uses.
///
/// # Errors
/// When the kernel refuses.
pub fn raise_descriptor_limit() -> io::Result<()> {
    let limit = descriptor_limit()?;
    let raised = libc::rlimit {
        rlim_cur: limit.rlim_max,
        rlim_max: limit.rlim_max,
    };
    // SAFETY: the kernel reads one rlimit from a live one.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn descriptor_limit() -> io::Result<libc::rlimit> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the kernel writes one rlimit into a live one.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(limit)
}

/// Addresses of this machine that others may reach: those of interfaces that are up, without
/// loopback and link-local ones; IPv4 first, in the order of the interfaces.
///
/// # Errors
/// When the kernel does not list its interfaces.
pub fn local_addresses() -> io::Result<Vec<IpAddr>> {
    let mut list: *mut libc::ifaddrs = std::ptr::null_mut();
    // SAFETY: on success the pointer leads to a list that is ours until freeifaddrs.
    if unsafe { libc::getifaddrs(&raw mut list) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let mut found = Vec::new();
    let mut entry = list;
    // SAFETY: each entry is either null or a live element of the list, which is freed below.
    while let Some(interface) = unsafe { entry.as_ref() } {
        let up = interface.ifa_flags & libc::IFF_UP.cast_unsigned() != 0;
        // SAFETY: ifa_addr is null or points to a socket address of the list.
        let ip = up
            .then(|| unsafe { address_of(interface.ifa_addr) })
            .flatten();
        found.extend(ip.filter(|ip| is_reachable(*ip)));
        entry = interface.ifa_next;
    }
    // SAFETY: `list` came from getifaddrs, and no reference into it is left.
    unsafe { libc::freeifaddrs(list) };
    found.sort_by_key(IpAddr::is_ipv6);
    found.dedup();
    Ok(found)
}

/// # Safety
/// `pointer` is null or points to a socket address as long as its family says.
unsafe fn address_of(pointer: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: by this function's contract.
    let family = i32::from(unsafe { pointer.as_ref() }?.sa_family);
    let length = match family {
        libc::AF_INET => size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
        _ => return None,
    };
    // SAFETY: an address of this family has this many initialised bytes.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), length) };
    address::decode(bytes).map(|address| address.ip())
}

fn is_reachable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local() && !v6.is_unspecified(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_thread_uses_processor_time() {
        let start = thread_cpu_time();
        let mut sum = 0_u64;
        while thread_cpu_time() == start {
            sum = std::hint::black_box(sum.wrapping_mul(31).wrapping_add(7));
        }
        assert!(thread_cpu_time() > start);
    }

    #[test]
    fn an_open_file_counts() {
        let before = descriptors().unwrap();
        let files: Vec<_> = (0..50)
            .map(|_| std::fs::File::open("/dev/null").unwrap())
            .collect();
        let after = descriptors().unwrap();
        // Other tests open and close some at the same time.
        assert!(
            after.open + 25 > before.open + files.len() as u64,
            "{before:?} {after:?}"
        );
        assert!(after.open <= after.limit);
    }

    #[test]
    fn the_soft_limit_of_descriptors_is_raised_to_the_hard_one() {
        let hard = descriptor_limit().unwrap().rlim_max;
        raise_descriptor_limit().unwrap();
        assert_eq!(descriptors().unwrap().limit, hard);
    }

    #[test]
    fn only_addresses_that_others_may_reach_are_listed() {
        for ip in local_addresses().unwrap() {
            assert!(is_reachable(ip), "{ip}");
            std::net::UdpSocket::bind((ip, 0)).expect("a listed address is ours");
        }
    }

    #[test]
    fn loopback_and_link_local_reach_nobody() {
        for ip in [
            "127.0.0.1",
            "::1",
            "169.254.1.1",
            "fe80::1",
            "0.0.0.0",
            "::",
        ] {
            assert!(!is_reachable(ip.parse().unwrap()), "{ip}");
        }
        assert!(is_reachable("192.0.2.2".parse().unwrap()));
    }
}
