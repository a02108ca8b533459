namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>Lists the explanations of a step with their weights.</summary>
internal sealed class StepHypotheses(FusionSettings settings)
{
    private const double SecondMover = 0.5; // of two products either may be the one that moved by the pack

    private readonly TagLikelihood _tags = new(settings);

    /// <summary>All explanations; at least one, none with a weight of zero alone.</summary>
    public List<Hypothesis> Of(FusionRequest request)
    {
        Scene scene = new(request, settings);
        List<Hypothesis> all = [];
        for (int i = 0; i < request.Products.Count; i++)
            AddOne(all, scene, i);
        for (int i = 0; i < request.Products.Count; i++)
        {
            for (int j = i + 1; j < request.Products.Count; j++)
                AddTwo(all, scene, i, j);
        }
        AddForeign(all, scene);
        return all;
    }

    private void AddOne(List<Hypothesis> all, Scene scene, int i)
    {
        FusionProduct product = scene.Products[i];
        double share = scene.Share(i), sign = scene.Sign, there = scene.There(product);
        (double part, double open, double whole, _, _) = scene.Shares;
        if (product.InParts)
        {
            Mover use = new(product.Gtin, 0, sign * scene.Size, Math.Pow(product.Pack.Grams, 2));
            Add(all, scene, use, null, Math.Log(part * share * there) + scene.LogPart(product));
            Add(all, scene, use with { Units = (int)sign }, null, Math.Log(open * share * there) + scene.LogOpen(product));
        }
        for (int packs = 1; packs <= scene.MostPacks(product); packs++)
            Add(all, scene, Scene.Packs(product, sign, packs), null, Math.Log(whole * share * there * scene.Repeat(packs)) + scene.LogPacks(product, sign, packs));
    }

    /// <summary>Two products at once: packs of both, either way round, or packs of one and a part of the other.</summary>
    private void AddTwo(List<Hypothesis> all, Scene scene, int i, int j)
    {
        const int most = 3;
        (FusionProduct a, FusionProduct b) = (scene.Products[i], scene.Products[j]);
        double share = scene.Shares.Two * scene.Share(i) * scene.Share(j) / scene.PairShares;
        for (int own = -most; own <= most; own++)
        {
            for (int other = -most; other <= most; other++)
            {
                if (own == 0 || other == 0)
                    continue;
                (Mover first, Mover second) = (Scene.Packs(a, Math.Sign(own), Math.Abs(own)), Scene.Packs(b, Math.Sign(other), Math.Abs(other)));
                double prior = share * SecondMover * scene.Repeat(Math.Abs(own)) * scene.Repeat(Math.Abs(other)) / 4 * scene.Bounded(a, first) * scene.Bounded(b, second);
                Add(all, scene, first, second, Math.Log(prior) + scene.LogNormal(first.Mean + second.Mean, first.Variance + second.Variance));
            }
            if (own == 0)
                continue;
            AddPackAndPart(all, scene, a, b, own, share);
            AddPackAndPart(all, scene, b, a, own, share);
        }
    }

    private void AddPackAndPart(List<Hypothesis> all, Scene scene, FusionProduct whole, FusionProduct part, int packs, double share)
    {
        Mover moved = Scene.Packs(whole, Math.Sign(packs), Math.Abs(packs));
        double used = moved.Mean - scene.Delta; // grams that are left for a use of the other
        if (!part.InParts || used <= 0)
            return;
        Mover poured = new(part.Gtin, 0, -used, Math.Pow(part.Pack.Grams, 2));
        double prior = share * SecondMover * scene.Repeat(Math.Abs(packs)) / 4 * scene.Bounded(whole, moved) * scene.Bounded(part, poured);
        bool inOrder = scene.IndexOf(whole) < scene.IndexOf(part);
        Add(all, scene, inOrder ? moved : poured, inOrder ? poured : moved, Math.Log(prior) + scene.LogUse(part, used));
    }

    private void AddForeign(List<Hypothesis> all, Scene scene)
    {
        double mean = settings.ForeignMean.Grams;
        Add(all, scene, null, null, Math.Log(scene.Shares.Foreign) - Math.Log(mean) - scene.Size / mean);
        foreach (Stranger stranger in scene.Strangers)
        {
            double weight = Math.Log(settings.StrangerGoes / scene.Strangers.Count) + scene.LogNormal(-stranger.Mass.Grams, scene.StepVariance);
            all.Add(new Hypothesis(null, null, stranger.Id, weight + _tags.Log(scene.Request, null, null, foreign: true)));
        }
    }

    private void Add(List<Hypothesis> all, Scene scene, Mover? first, Mover? second, double logWeight) =>
        all.Add(new Hypothesis(first, second, 0, logWeight + _tags.Log(scene.Request, first, second, foreign: first is null)));
}
