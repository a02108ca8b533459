namespace PantryChain.Reorder.Patterns;

/// <summary>The beta distribution, through which the conjugate gamma process predicts use.</summary>
internal static class Beta
{
    private const int MostTerms = 10_000;
    private const double Tiny = 1e-300;

    /// <summary>I_x(a, b), the regularised incomplete beta function, for 0 ≤ x ≤ 1 and positive <paramref name="a"/> and <paramref name="b"/>; error about 1e-13.</summary>
    /// <remarks>Continued fraction NIST DLMF 8.17.22, evaluated by the modified Lentz method (Thompson and Barnett, J. Comput. Phys. 64, 1986), mirrored by 8.17.4 where it converges slowly.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside its range.</exception>
    public static double Regularised(double x, double a, double b)
    {
        if (!(x >= 0.0 && x <= 1.0))
            throw new ArgumentOutOfRangeException(nameof(x), x, "A value from 0 to 1 is expected.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(a);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(b);
        if (x is 0.0 or 1.0)
            return x;
        return x < (a + 1.0) / (a + b + 2.0) ? Prefactor(x, a, b) / (a * Fraction(x, a, b)) : 1.0 - Prefactor(1.0 - x, b, a) / (b * Fraction(1.0 - x, b, a));
    }

    /// <summary>x^a (1 − x)^b / B(a, b).</summary>
    private static double Prefactor(double x, double a, double b) =>
        Math.Exp(a * Math.Log(x) + b * Math.Log(1.0 - x) + LogGamma(a + b) - LogGamma(a) - LogGamma(b));

    private static double Fraction(double x, double a, double b)
    {
        double f = 1.0, c = 1.0, d = 0.0;
        for (int term = 1; term <= MostTerms; term++)
        {
            double m = term / 2;
            double numerator = term % 2 == 0
                ? m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
                : -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
            d = 1.0 / NotZero(1.0 + numerator * d);
            c = NotZero(1.0 + numerator / c);
            f *= c * d;
            if (Math.Abs(c * d - 1.0) < 1e-15)
                break;
        }
        return f;
    }

    private static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>ln Γ(x) for positive <paramref name="x"/>.</summary>
    /// <remarks>Lanczos' approximation (SIAM J. Numer. Anal. B 1, 1964) with g = 7 and nine terms, coefficients by P. Godfrey; relative error below 1e-14.</remarks>
    internal static double LogGamma(double x)
    {
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1.0 - x); // DLMF 5.5.3
        double z = x - 1.0, sum = 0.99999999999980993, t = z + 7.5;
        for (int i = 0; i < Lanczos.Length; i++)
            sum += Lanczos[i] / (z + i + 1.0);
        return 0.5 * Math.Log(2.0 * Math.PI) + (z + 0.5) * Math.Log(t) - t + Math.Log(sum);
    }

    private static ReadOnlySpan<double> Lanczos =>
    [
        676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];
}
