// What the tests ask of the stand-in for Accelerate.

// From now on no setup of vDSP is made if refuse is not 0, as when memory is
// exhausted.
void arago_standin_refuse_setups(int refuse);

// From now on a thread's setting of BLAS is not changed if ignore is not 0,
// although that succeeds, as in a library with a fault.
void arago_standin_ignore_threading(int ignore);

// How many lines vDSP has transformed, and how many products BLAS has made,
// all of them and those that were free to use many threads.
long arago_standin_lines(void);
long arago_standin_products(void);
long arago_standin_threaded_products(void);
