/**
 * How the engine is built; `make size` builds it the same way, but with symbols.
 *
 * -l turns inlining off in our own packages: it takes 0.07 MB off what a page downloads (brotli), and the compiler's own
 * speed is milliseconds next to that. In Go's own packages inlining makes the program smaller, and it starts sooner:
 * a browser compiles each function when it is first called, which costs some 50 µs however small it is.
 */
export const goFlags = ['-trimpath', '-gcflags=github.com/dehug/dehug/...=-l'];
