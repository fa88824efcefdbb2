// What the tests ask of the stand-in for Accelerate.

// From now on no setup of vDSP is made if refuse is not 0, as when memory is
// exhausted.
void arago_standin_refuse_setups(int refuse);

// How many lines vDSP has transformed, and how many products BLAS has made,
// all of them and those that were free to use many threads.
long arago_standin_lines(void);
long arago_standin_products(void);
long arago_standin_threaded_products(void);
