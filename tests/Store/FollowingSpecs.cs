using FsCheck;
using FsCheck.Fluent;
using PantryChain.Ledger.Evm;
using PantryChain.Store.Following;

namespace PantryChain.Store.Tests;

/// <summary>The pure parts of following a log.</summary>
public sealed class FollowingSpecs
{
    [Fact]
    public void A_stretch_shrinks_to_what_the_node_answers_whatever_its_limit_is() => Prop.ForAll(
        Gen.Choose(1, 5000).ToArbitrary(), Gen.Choose(1, 3000).ToArbitrary(), (limit, most) =>
        {
            LogStretch stretch = new((ulong)most);
            ulong read = 0;
            int asked = 0;
            for (; read < 10_000 && asked < 30_000; asked++)
                if (stretch.Size > (ulong)limit)
                    stretch.Refused(stretch.Size).Should().BeTrue();
                else
                {
                    read += stretch.Size;
                    stretch.Answered();
                }
            return read >= 10_000 && (ulong)asked <= 10_000 / (ulong)Math.Max(1, Math.Min(limit, most) / 2) * 5 / 4 + 16;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stretch_grows_again_when_the_node_takes_more()
    {
        LogStretch stretch = new(2000);
        while (stretch.Size > 3)
            stretch.Refused(stretch.Size);

        for (int i = 0; i < 400; i++)
            stretch.Answered();

        stretch.Size.Should().Be(2000);
    }

    [Fact]
    public void A_single_block_that_is_refused_cannot_be_made_smaller()
    {
        LogStretch stretch = new(4);
        stretch.Refused(4).Should().BeTrue();
        stretch.Refused(2).Should().BeTrue();

        stretch.Refused(1).Should().BeFalse();
        stretch.Size.Should().Be(1);
    }

    [Fact]
    public void The_last_shared_block_is_found_wherever_the_chains_part() => Prop.ForAll(
        Gen.Choose(0, 2000).ToArbitrary(), Gen.Choose(0, 2000).ToArbitrary(), (kept, shared) =>
        {
            shared = Math.Min(kept, shared);
            AncestorSearch search = new(kept);
            int looks = 0;
            for (; !search.IsDone; looks++)
                search.Answer(search.Probe < shared);
            return search.Ancestor == shared - 1 && looks <= 12;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(-32005, "query returned more than 10000 results", true)]
    [InlineData(-32600, "eth_getLogs requests with up to a 10 block range are allowed", true)]
    [InlineData(-32602, "Requested range exceeds maximum RPC range limit", true)]
    [InlineData(-32000, "exceed maximum block range: 5000", true)]
    [InlineData(-32000, "Log response size exceeded", true)]
    [InlineData(-32005, "daily request count exceeded, request rate limited", false)]
    [InlineData(429, "Too Many Requests", false)]
    public void A_range_that_is_too_large_is_told_from_questions_that_are_too_many(int code, string message, bool tooLarge) =>
        LogRange.IsTooLarge(new EvmRefusedException(code, message)).Should().Be(tooLarge);

    [Theory]
    [InlineData(EvmSilence.Away, false)]
    [InlineData(EvmSilence.Throttled, false)]
    [InlineData(EvmSilence.Overburdened, true)]
    public void Silence_asks_for_less_only_when_less_may_help(EvmSilence silence, bool tooLarge) =>
        LogRange.IsTooLarge(new EvmUnavailableException("silent") { Silence = silence }).Should().Be(tooLarge);

    [Fact]
    public void A_neighbour_that_is_away_is_never_taken_for_a_bad_log()
    {
        Exception[] theirs = [new Npgsql.NpgsqlException("gone"), new EvmUnavailableException("gone"), new TimeoutException(), new IOException(), new OperationCanceledException()];
        Exception[] ours = [new FormatException("check digit"), new OverflowException(), new KeyNotFoundException(), new InvalidCastException()];

        theirs.Should().OnlyContain(error => !LogFaults.IsTheLogs(error));
        ours.Should().OnlyContain(error => LogFaults.IsTheLogs(error));
    }

    [Fact]
    public void A_reason_is_one_short_printable_line() => Prop.ForAll<string?>(text =>
        LogFaults.Say(new FormatException(text + "\0\n")) is { Length: <= 401 } line && !line.Any(char.IsControl) && !line.Any(char.IsSurrogate)).QuickCheckThrowOnFailure();
}
