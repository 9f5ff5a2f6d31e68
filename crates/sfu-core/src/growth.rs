//! Queues that grow by a quarter.
//!
//! The standard library doubles what is full. These come to rest at some size and there are
//! thousands of them: half of what doubling takes for them would stand empty.

use std::collections::VecDeque;

const LEAST: usize = 4;

/// Room for one more.
pub(crate) fn make_room<T>(queue: &mut VecDeque<T>) {
    if queue.len() == queue.capacity() {
        queue.reserve_exact(queue.len() / 4 + LEAST);
    }
}

/// Gives back what a burst has taken and nothing needs now, but not what the next few need.
pub(crate) fn give_back<T>(queue: &mut VecDeque<T>) {
    const KEPT: usize = 16;
    if queue.capacity() > 2 * KEPT.max(queue.len()) {
        queue.shrink_to(KEPT.max(queue.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_has_little_more_room_than_it_needs_and_none_for_a_burst_that_is_over() {
        let mut queue = VecDeque::new();
        for number in 0..1_000 {
            make_room(&mut queue);
            queue.push_back(number);
            assert!(queue.capacity() <= queue.len() + queue.len() / 4 + LEAST);
        }
        queue.truncate(10);
        give_back(&mut queue);
        assert!(queue.capacity() <= 32, "{}", queue.capacity());
        assert!(queue.iter().copied().eq(0..10));
    }
}
