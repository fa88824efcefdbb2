// The declarations of Accelerate that this back end uses, written from Apple's
// public reference, for two purposes: to build for macOS with a cross compiler
// where Apple's development kit is not at hand, and to declare the stand-in of
// the tests. On a Mac the kit's own header of this name is used instead.

#ifndef ARAGO_ACCELERATE_H
#define ARAGO_ACCELERATE_H

// ACCELERATE_NEW_LAPACK renames the functions of BLAS in the object file. They
// are weak references, as the kit makes them for systems before macOS 13.3, so
// that a program starts there and can say what it lacks.
#if defined(__APPLE__) && defined(ACCELERATE_NEW_LAPACK)
#define ARAGO_BLAS(name) __asm("_" #name "$NEWLAPACK") __attribute__((weak_import))
#else
#define ARAGO_BLAS(name)
#endif

enum CBLAS_ORDER { CblasRowMajor = 101, CblasColMajor = 102 };
enum CBLAS_TRANSPOSE { CblasNoTrans = 111, CblasTrans = 112, CblasConjTrans = 113 };

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b,
                 int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb,
                 float beta, float *c, int ldc) ARAGO_BLAS(cblas_sgemm);
void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b,
                 int m, int n, int k, double alpha, const double *a, int lda, const double *b, int ldb,
                 double beta, double *c, int ldc) ARAGO_BLAS(cblas_dgemm);
void cblas_cgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b,
                 int m, int n, int k, const void *alpha, const void *a, int lda, const void *b, int ldb,
                 const void *beta, void *c, int ldc) ARAGO_BLAS(cblas_cgemm);
void cblas_zgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE transpose_a, enum CBLAS_TRANSPOSE transpose_b,
                 int m, int n, int k, const void *alpha, const void *a, int lda, const void *b, int ldb,
                 const void *beta, void *c, int ldc) ARAGO_BLAS(cblas_zgemm);

typedef unsigned long vDSP_Length;
typedef enum { vDSP_DFT_FORWARD = +1, vDSP_DFT_INVERSE = -1 } vDSP_DFT_Direction;
typedef struct vDSP_DFT_SetupStruct *vDSP_DFT_Setup;
typedef struct vDSP_DFT_SetupStructD *vDSP_DFT_SetupD;

vDSP_DFT_Setup vDSP_DFT_zop_CreateSetup(vDSP_DFT_Setup previous, vDSP_Length length, vDSP_DFT_Direction direction);
vDSP_DFT_SetupD vDSP_DFT_zop_CreateSetupD(vDSP_DFT_SetupD previous, vDSP_Length length, vDSP_DFT_Direction direction);
void vDSP_DFT_Execute(const struct vDSP_DFT_SetupStruct *setup, const float *in_re, const float *in_im,
                      float *out_re, float *out_im);
void vDSP_DFT_ExecuteD(const struct vDSP_DFT_SetupStructD *setup, const double *in_re, const double *in_im,
                       double *out_re, double *out_im);

#endif
