// A library in front of FFTW, as a wrapper or another vendor's interface is: it
// makes the plans, and leaves their execution to FFTW.
void *fftw_plan_dft_2d(int rows, int columns, void *in, void *out, int sign, unsigned flags)
{
	static const struct {
		int rows, columns;
		void *in, *out;
		long more[16];
	} plan;
	(void)rows, (void)columns, (void)in, (void)out, (void)sign, (void)flags;
	return (void *)&plan;
}
