namespace PantryChain.Reorder.Patterns;

/// <summary>The standard normal distribution.</summary>
internal static class Normal
{
    /// <summary>Φ(x), the chance of a value up to <paramref name="x"/>; absolute error below 1e-14.</summary>
    /// <remarks>Hart's rational approximation (J. F. Hart, Computer Approximations, 1968, no. 5666) and a continued fraction in the far tail, as given by G. West, Better approximations to cumulative normal functions, Wilmott, 2005.</remarks>
    public static double Cdf(double x)
    {
        double z = Math.Abs(x);
        double tail = z > 37.0 ? 0.0 : z < 7.07106781186547 ? Near(z) : Far(z);
        return x > 0.0 ? 1.0 - tail : tail;
    }

    /// <summary>Φ⁻¹(p) for 0 &lt; p &lt; 1; relative error about 1e-16.</summary>
    /// <remarks>Algorithm AS 241 (PPND16), M. J. Wichura, Applied Statistics 37 (1988), 477-484.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="p"/> is not inside (0, 1).</exception>
    public static double Quantile(double p)
    {
        if (!(p > 0.0 && p < 1.0))
            throw new ArgumentOutOfRangeException(nameof(p), p, "A probability between 0 and 1 is expected.");
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - q * q;
            return q * Horner(r, CentralTop) / Horner(r, CentralBottom);
        }
        double s = Math.Sqrt(-Math.Log(q < 0.0 ? p : 1.0 - p));
        double magnitude = s <= 5.0 ? Horner(s - 1.6, MiddleTop) / Horner(s - 1.6, MiddleBottom) : Horner(s - 5.0, TailTop) / Horner(s - 5.0, TailBottom);
        return q < 0.0 ? -magnitude : magnitude;
    }

    private static double Near(double z) => Math.Exp(-z * z / 2.0) * Horner(z, HartTop) / Horner(z, HartBottom);

    private static double Far(double z) =>
        Math.Exp(-z * z / 2.0) / (z + 1.0 / (z + 2.0 / (z + 3.0 / (z + 4.0 / (z + 0.65))))) / 2.506628274631000502;

    /// <summary>The polynomial whose coefficients stand in rising order.</summary>
    private static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        double sum = 0.0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
            sum = sum * x + coefficients[i];
        return sum;
    }

    private static ReadOnlySpan<double> HartTop =>
        [220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688, 3.52624965998911e-2];

    private static ReadOnlySpan<double> HartBottom =>
        [440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207, 1.75566716318264, 8.83883476483184e-2];

    private static ReadOnlySpan<double> CentralTop =>
    [
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
    ];

    private static ReadOnlySpan<double> CentralBottom =>
    [
        1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    ];

    private static ReadOnlySpan<double> MiddleTop =>
    [
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ];

    private static ReadOnlySpan<double> MiddleBottom =>
    [
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
        1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    private static ReadOnlySpan<double> TailTop =>
    [
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static ReadOnlySpan<double> TailBottom =>
    [
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];
}
