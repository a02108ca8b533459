using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Blocks;
using PantryChain.Ledger.Evm;

namespace PantryChain.Ledger.Tests.Blocks;

/// <summary>What a leaf tells to whom (docs/privacy.md).</summary>
public sealed class LeafPrivacySpecs
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 2, 7, 41, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_event_with_another_salt_is_another_leaf()
    {
        Hash32[] leaves = [.. Enumerable.Range(0, 50).Select(number => EventLeaf.HashOf(Event(Morning, -250, 700, Keccak256.Hash($"salt {number}"))))];

        leaves.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void An_opened_leaf_shows_day_and_count_and_neither_minute_nor_grams()
    {
        EventLeaf one = EventLeaf.Of(Event(Morning, -250, 700, Keccak256.Hash("a"))), other = EventLeaf.Of(Event(Morning.AddHours(9), -90, 333, Keccak256.Hash("b")));

        (one with { Rest = Hash32.Zero }).Should().Be(other with { Rest = Hash32.Zero });
        one.Rest.Should().NotBe(other.Rest);
    }

    private static ThingEvent Event(DateTimeOffset at, double delta, double level, Hash32 salt) => new(
        7, at, new HouseholdDay(20_514), new SlotId(1), Gtin.Parse("8801115114154"), ThingEventKind.Used, Mass.FromGrams(delta), Mass.FromGrams(level), 3, default, salt);
}
