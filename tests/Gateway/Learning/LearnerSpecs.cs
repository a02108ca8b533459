using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Learning;
using PantryChain.Telemetry.Journaling;
using PantryChain.Telemetry.Storage;

namespace PantryChain.Gateway.Tests.Learning;

public sealed class LearnerSpecs
{
    [Fact]
    public void An_answer_is_learnt_from_at_once_and_after_every_start()
    {
        using TempDataFolder temp = new();
        using SqliteFile file = SqliteFile.Open(temp.Folder.Database);
        Journal journal = new(file);
        journal.Append(Samples.Used(Samples.Morning));
        Learner learner = new(journal, Samples.Household, new AnswerBook(file));
        double before = MedianOf(learner);

        learner.Answer(Samples.Milk, 40, Samples.Morning);
        double told = MedianOf(learner), again = MedianOf(new Learner(journal, Samples.Household, new AnswerBook(file)));
        learner.Answer(Samples.Milk, null, Samples.Morning);

        told.Should().BeGreaterThan(before * 1.5);
        again.Should().Be(told);
        MedianOf(learner).Should().BeApproximately(before, 1e-9, "an answer that was taken back teaches nothing");
    }

    [Fact]
    public void A_new_book_from_the_same_journal_knows_the_same()
    {
        using TempDataFolder temp = new();
        using SqliteFile file = SqliteFile.Open(temp.Folder.Database);
        Journal journal = new(file);
        Learner learner = new(journal, Samples.Household, new AnswerBook(file));
        for (int i = 0; i < 90; i++)
        {
            journal.Append(Samples.Used(Samples.Morning.AddHours(12 * i), cycle: learner.CyclesAfter(Samples.Milk, Domain.Quantities.Mass.FromGrams(250))));
            learner.Learn();
        }
        DateTimeOffset now = Samples.Morning.AddDays(45);

        Learner again = new(journal, Samples.Household, new AnswerBook(file));

        again.PatternOf(Samples.Milk, now).Should().Be(learner.PatternOf(Samples.Milk, now));
        again.AlarmsAt(now).Should().Equal(learner.AlarmsAt(now));
        journal.Last.Should().BeGreaterThan(90, "met predictions went into the journal, each once");
    }

    [Fact]
    public async Task Another_product_on_a_slot_states_the_level_anew_and_leaves_the_old_ones_history_alone()
    {
        Gtin oats = Gtin.Restricted(9);
        await using GatewayWorld world = new(speed: 600);
        await world.StartAsync();
        await Wait.Until(() => world.Get<Journal>().Last >= 3, "something was used");
        await world.KillAsync();
        GatewayOptions options = Samples.Options;
        ProductOptions other = options.Products[0] with { Gtin = oats.ToString(), NameKo = "귀리", NameEn = "Oats", PackGrams = 500, ClassId = "oats" };
        world.Household = GatewayFile.Check(
            options with { Slots = [options.Slots[0] with { Gtin = oats.ToString() }, options.Slots[1]], Products = [.. options.Products, other] }, "gateway.json");

        await world.StartAsync();
        await Wait.Until(() => Of(world, oats).Count > 0, "the slot's level was stated for the new product");

        Of(world, oats)[0].Kind.Should().Be(ThingEventKind.Snapshot);
        Of(world, oats)[0].Delta.Milligrams.Should().Be(0, "nobody bought or used what was only named anew");
        Of(world, Samples.Milk).Should().NotBeEmpty();
        world.Get<Learner>().PatternOf(Samples.Milk, world.Time.GetUtcNow()).Should().NotBeNull("its history stays under its own number");
        world.Get<Learner>().PatternOf(oats, world.Time.GetUtcNow())!.Value.Cycles.Should().Be(0);
    }

    private static IReadOnlyList<ThingEvent> Of(GatewayWorld world, Gtin gtin) => [.. world.Get<Journal>().Read(1).Where(seen => seen.Gtin == gtin)];

    private static double MedianOf(Learner learner) => learner.PatternOf(Samples.Milk, Samples.Morning.AddHours(1))!.Value.MedianCycleDays;
}
