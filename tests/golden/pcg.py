"""The project's random numbers (core/base/rng.h) once more: PCG-XSH-RR 64/32 with a scrambled stream per item."""
import numpy as np

MASK = 2**64 - 1


def scrambled(z):
    """The finaliser of SplitMix64."""
    z = (z + 0x9e3779b97f4a7c15) & MASK
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9 & MASK
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb & MASK
    return z ^ (z >> 31)


class Rng:
    def __init__(self, seed, index):
        stream = scrambled(index)
        self.increment, self.state = (stream << 1 | 1) & MASK, 0
        self.next()
        self.state = (self.state + scrambled(seed ^ stream)) & MASK
        self.next()

    def next(self):
        old = self.state
        self.state = (old * 6364136223846793005 + self.increment) & MASK
        shifted, turn = (old >> 18 ^ old) >> 27 & 0xffffffff, old >> 59
        return (shifted >> turn | shifted << (-turn & 31)) & 0xffffffff

    def uniform(self):
        return (self.next() >> 8) / 2**24

    def below(self, count):
        while (draw := self.next()) < 2**32 % count:
            pass
        return draw % count

    def normal_pair(self):
        """Marsaglia's polar method; which points are in the disc is decided in float32, as there."""
        square = np.float32(1)
        while square >= 1 or square == 0:
            u, v = np.float32(2 * self.uniform() - 1), np.float32(2 * self.uniform() - 1)
            square = u * u + v * v
        stretch = np.sqrt(-2 * np.log(float(square)) / float(square))
        return float(u) * stretch, float(v) * stretch


def noise(seed, index, count):
    """`count` standard normal numbers of item `index`."""
    rng = Rng(seed, index)
    return np.array([value for _ in range((count + 1) // 2) for value in rng.normal_pair()][:count])
