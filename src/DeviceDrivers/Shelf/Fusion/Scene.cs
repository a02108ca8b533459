namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>One step's numbers: how likely its mass is under what a product may have done. Grams; densities per gram, in logarithms.</summary>
internal sealed class Scene
{
    private const double SpreadUse = 0.15; // of uses are not like the usual one: anything up to the whole pack
    private const double BookError = 0.05; // of a pack, by which bookings may be off

    private readonly FusionSettings _settings;
    private readonly double[] _shares;
    private readonly double _sigma;

    public Scene(FusionRequest request, FusionSettings settings)
    {
        (Request, _settings) = (request, settings);
        Delta = request.Step.Delta.Grams;
        _sigma = Math.Max(request.Step.Sigma.Grams, settings.LeastSigma.Grams);
        Shares = Delta < 0 ? settings.Out : settings.In;
        _shares = [.. request.Products.Select(Rate)];
        double sum = _shares.Sum();
        for (int i = 0; i < _shares.Length; i++)
            _shares[i] /= sum;
        for (int i = 0; i < _shares.Length; i++)
        {
            for (int j = i + 1; j < _shares.Length; j++)
                PairShares += _shares[i] * _shares[j];
        }
    }

    public FusionRequest Request { get; }

    public IReadOnlyList<FusionProduct> Products => Request.Products;

    public IReadOnlyList<Stranger> Strangers => Request.Strangers;

    /// <summary>The step, signed.</summary>
    public double Delta { get; }

    public double Size => Math.Abs(Delta);

    public double Sign => Delta < 0 ? -1 : 1;

    public double StepVariance => _sigma * _sigma;

    public (double Part, double Open, double Whole, double Two, double Foreign) Shares { get; }

    /// <summary>Sum over all pairs of the product of their shares.</summary>
    public double PairShares { get; }

    public double Share(int product) => _shares[product];

    public int IndexOf(FusionProduct product)
    {
        for (int i = 0; i < Products.Count; i++)
        {
            if (Products[i].Gtin == product.Gtin)
                return i;
        }
        throw new ArgumentException($"{product.Gtin} does not stand on the slot.", nameof(product));
    }

    /// <summary>Geometric: each further pack is <see cref="FusionSettings.NextPack"/> as likely.</summary>
    public double Repeat(int packs) => (1 - _settings.NextPack) * Math.Pow(_settings.NextPack, packs - 1);

    public int MostPacks(FusionProduct product) => Math.Clamp((int)Math.Ceiling(Size / product.Pack.Grams) + 1, 1, _settings.MostPacks);

    public static Mover Packs(FusionProduct product, double sign, int packs) =>
        new(product.Gtin, (int)sign * packs, sign * packs * product.Pack.Grams, packs * Math.Pow(product.PackSpread.Grams, 2));

    /// <summary>1, or little when more of the product would leave than lies there.</summary>
    public double There(FusionProduct product) => Delta >= 0 ? 1 : Bounded(product, Size);

    public double Bounded(FusionProduct product, in Mover mover) => mover.Mean >= 0 ? 1 : Bounded(product, -mover.Mean);

    /// <summary>A part is used (out) or comes back after the scale had booked it (in).</summary>
    public double LogPart(FusionProduct product) => LogUse(product, Size);

    /// <summary>One use: mostly small against the pack (exponential), sometimes anything up to the pack (uniform).</summary>
    public double LogUse(FusionProduct product, double grams)
    {
        double pack = product.Pack.Grams, mean = _settings.UseShare * pack;
        double usual = Math.Exp(-grams / mean) / mean, any = grams <= pack + 3 * _sigma ? 1 / pack : 0;
        return Math.Log((1 - SpreadUse) * usual + SpreadUse * any + double.Epsilon);
    }

    /// <summary>A pack that is open moves: anything up to a full one.</summary>
    public double LogOpen(FusionProduct product) =>
        Size <= product.Pack.Grams + 3 * (_sigma + product.PackSpread.Grams) ? -Math.Log(product.Pack.Grams) : -700;

    public double LogPacks(FusionProduct product, double sign, int packs)
    {
        Mover mover = Packs(product, sign, packs);
        return LogNormal(mover.Mean, mover.Variance);
    }

    /// <summary>Normal density of the step around a mean, its own noise added to the spread of packs.</summary>
    public double LogNormal(double mean, double variance)
    {
        double all = variance + StepVariance, off = Delta - mean;
        return -0.5 * (Math.Log(2 * Math.PI * all) + off * off / all);
    }

    private double Bounded(FusionProduct product, double grams) =>
        grams <= Math.Max(0, product.OnSlot.Grams) + BookError * product.Pack.Grams + 3 * _sigma ? 1 : _settings.MoreThanThere;

    private double Rate(FusionProduct product)
    {
        double rate = product.PacksPerDay > 0 ? product.PacksPerDay : _settings.UnknownPacksPerDay;
        return Math.Max(rate, 0.01) * (product.Expected && Delta > 0 ? _settings.ExpectedFactor : 1);
    }
}
