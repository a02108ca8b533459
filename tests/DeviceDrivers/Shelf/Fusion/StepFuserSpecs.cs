using FsCheck;
using FsCheck.Fluent;
using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using static PantryChain.DeviceDrivers.Tests.Shelf.Fusion.FusionSamples;

namespace PantryChain.DeviceDrivers.Tests.Shelf.Fusion;

public sealed class StepFuserSpecs
{
    [Theory]
    [InlineData(-4.2)]
    [InlineData(-5000)]
    [InlineData(1063)]
    [InlineData(2126)]
    [InlineData(0.5)]
    public void A_slot_of_one_product_without_tags_has_one_explanation(double grams)
    {
        FusedStep fused = Explain(Request(grams, null, null, Milk with { OnSlot = Mass.Zero }));

        fused.IsCertain.Should().BeTrue();
        FusedCandidate only = fused.Candidates.Should().ContainSingle().Subject;
        only.Probability.Should().Be(1.0);
        only.Parts.Should().ContainSingle().Which.Should().Match<FusedPart>(part => part.Gtin == MilkCode && part.Delta == Mass.FromGrams(grams));
    }

    [Fact]
    public void Packs_of_different_mass_are_told_apart_by_weight_alone()
    {
        Explain(Request(1063, null, null, Milk, Juice, Eggs)).Should().Match<FusedStep>(fused => fused.IsCertain && fused.Best.Parts[0].Gtin == MilkCode && fused.Best.Parts[0].Units == 1);
        Explain(Request(3104, null, null, Milk, Juice, Eggs)).Should().Match<FusedStep>(fused => fused.IsCertain && fused.Best.Parts[0].Gtin == JuiceCode && fused.Best.Parts[0].Units == 2);
        Explain(Request(645, null, null, Milk, Juice, Eggs)).Best.Parts[0].Gtin.Should().Be(EggsCode);
    }

    [Fact]
    public void Shopping_for_two_products_at_once_is_split_by_their_packs()
    {
        FusedStep fused = Explain(Request(1063 + 640 + 3, null, null, Milk, Juice, Eggs));

        fused.Best.Parts.Select(part => (part.Gtin, part.Units)).Should().Equal((MilkCode, 1), (EggsCode, 1));
        fused.Best.Parts[0].Delta.Grams.Should().BeApproximately(1064, 2);
    }

    [Fact]
    public void A_use_that_either_product_explains_is_asked_about()
    {
        FusedStep fused = Explain(Request(-165, null, null, Milk, Juice));

        fused.IsCertain.Should().BeFalse();
        fused.Candidates.Take(2).SelectMany(candidate => candidate.Parts).Select(part => part.Gtin).Should().BeEquivalentTo([MilkCode, JuiceCode]);
        fused.Candidates[0].Parts[0].Gtin.Should().Be(MilkCode, "it is used twice as fast");
    }

    [Fact]
    public void Poured_and_put_back_is_the_product_whose_tag_went_away_and_came_back()
    {
        FusedStep fused = Explain(Request(-165, Tags(new TagMoves(JuiceCode, 0, 0, Touched: 1)), null, Milk, Juice, Eggs));

        fused.IsCertain.Should().BeTrue();
        fused.Best.Parts.Should().ContainSingle().Which.Should().Be(new FusedPart(JuiceCode, Mass.FromGrams(-165), 0));
    }

    [Fact]
    public void A_tag_that_left_tells_which_open_pack_left()
    {
        FusedStep fused = Explain(Request(-400, Tags(new TagMoves(JuiceCode, Left: 1, 0, 0)), null, Milk, Juice, Eggs));

        fused.IsCertain.Should().BeTrue();
        fused.Best.Parts.Should().ContainSingle().Which.Should().Be(new FusedPart(JuiceCode, Mass.FromGrams(-400), -1));
        fused.TagMissing.Should().BeFalse();
    }

    [Fact]
    public void A_pack_that_comes_without_its_tag_is_booked_and_told()
    {
        FusedStep fused = Explain(Request(1063, Tags(), null, Milk, Juice, Eggs));

        fused.Best.Parts[0].Gtin.Should().Be(MilkCode);
        fused.TagMissing.Should().BeTrue();
    }

    [Fact]
    public void Weight_that_no_pack_has_and_no_part_explains_is_foreign_and_always_asked_about()
    {
        FusedStep fused = Explain(Request(231, null, null, Eggs, Eggs with { Gtin = JuiceCode, Pack = Mass.FromGrams(1800) }));

        fused.Best.Cause.Should().Be(FusedCause.Foreign);
        fused.IsCertain.Should().BeFalse();
    }

    [Fact]
    public void A_tag_of_something_that_belongs_elsewhere_makes_it_foreign()
    {
        TagEvidence tags = Tags() with { StrangersCame = 1 };

        Explain(Request(700, tags, null, Milk, Juice)).Best.Cause.Should().Be(FusedCause.Foreign);
    }

    [Fact]
    public void Tags_that_contradict_each_other_are_asked_about_however_sure_the_weight_is()
    {
        FusedStep fused = Explain(Request(1063, Tags(new TagMoves(MilkCode, 0, 1, 0)) with { Conflict = true }, null, Milk, Juice));

        fused.Best.Parts[0].Gtin.Should().Be(MilkCode);
        fused.Best.Probability.Should().BeGreaterThan(0.99);
        fused.IsCertain.Should().BeFalse();
    }

    [Fact]
    public void What_was_no_food_may_leave_again_and_no_product_is_used()
    {
        FusedStep fused = Explain(Request(-187, null, [new Stranger(7, Mass.FromGrams(187))], Milk));

        fused.IsCertain.Should().BeTrue();
        fused.Best.Should().Match<FusedCandidate>(best => best.Cause == FusedCause.StrangerGone && best.Stranger == 7 && best.Parts.Count == 0);
        Explain(Request(-250, null, [new Stranger(7, Mass.FromGrams(187))], Milk)).Best.Parts[0].Gtin.Should().Be(MilkCode, "that is not what was put there");
    }

    [Fact]
    public void A_delivery_on_its_way_is_more_likely_than_shopping()
    {
        FusionProduct twin = Milk with { Gtin = JuiceCode };

        FusedStep fused = Explain(Request(1063, null, null, Milk, twin with { Expected = true }));

        fused.Best.Parts[0].Gtin.Should().Be(JuiceCode);
        fused.IsCertain.Should().BeFalse("twins in weight stay twins");
    }

    [Fact]
    public void More_than_lies_there_hardly_leaves() =>
        Explain(Request(-640, null, null, Milk with { OnSlot = Mass.FromGrams(80) }, Juice with { OnSlot = Mass.FromGrams(1550) })).Best.Parts[0].Gtin.Should().Be(JuiceCode);

    [Fact]
    public void Nonsense_is_refused()
    {
        Action none = () => Explain(new FusionRequest(Step(-5), [], TagEvidence.None, []));
        Action twice = () => Explain(Request(-5, null, null, Milk, Milk));
        Action weightless = () => Explain(Request(-5, null, null, Milk with { Pack = Mass.Zero }));

        none.Should().Throw<ArgumentException>();
        twice.Should().Throw<ArgumentException>();
        weightless.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Probabilities_add_up_to_one_and_no_milligram_is_lost()
    {
        Gen<FusionRequest> requests =
            from count in Gen.Choose(1, 4)
            from packs in Gen.Choose(20, 5000).ArrayOf(count)
            from parts in Gen.Elements(true, false).ArrayOf(count)
            from mg in Gen.Choose(-6_000_000, 6_000_000).Where(mg => mg != 0)
            from left in Gen.Choose(0, 2)
            from touched in Gen.Choose(0, 2)
            from foreign in Gen.Choose(0, 1)
            let products = packs.Select((pack, i) => new FusionProduct(
                Gtin.Restricted((ulong)i + 1), Mass.FromGrams(pack), Mass.FromGrams(pack / 50.0), parts[i], 0.1 * i, Mass.FromGrams(pack * i))).ToArray()
            let tags = new TagEvidence([new TagMoves(products[0].Gtin, left, 0, touched)], new HashSet<Gtin> { products[0].Gtin }, foreign)
            select new FusionRequest(Step(mg / 1000.0), products, tags, foreign == 1 ? [new Stranger(3, Mass.FromGrams(150))] : []);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(requests.ToArbitrary(), request =>
        {
            FusedStep fused = Explain(request);
            fused.Candidates.Sum(candidate => candidate.Probability).Should().BeApproximately(1.0, 1e-9);
            fused.Candidates.Should().OnlyContain(candidate => candidate.Probability >= 0 && candidate.Probability <= 1);
            fused.Candidates.Select(candidate => candidate.Probability).Should().BeInDescendingOrder();
            foreach (FusedCandidate candidate in fused.Candidates.Where(candidate => candidate.Cause == FusedCause.Products))
                candidate.Parts.Sum(part => part.Delta.Milligrams).Should().Be(request.Step.Delta.Milligrams);
        }));
    }
}
