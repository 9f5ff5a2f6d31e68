/* Takes from a simulation the chance that its seed does not reach: the keys of std's hash maps, by
 * which str0m's streams are ordered. Not for anything that keeps a secret.
 *
 *   cc -shared -fPIC -o /tmp/entropy.so crates/sim/entropy.c
 *   LD_PRELOAD=/tmp/entropy.so target/debug/sim --seeds 1 --from 8
 */
#include <stdint.h>
#include <sys/types.h>

/* Knuth's generator (MMIX). */
static uint64_t state = 1;

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    (void)flags;
    for (size_t at = 0; at < length; at++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        ((unsigned char *)buffer)[at] = state >> 56;
    }
    return length;
}
