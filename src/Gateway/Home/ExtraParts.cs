using System.Text.Json;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Clock;

namespace PantryChain.Gateway.Home;

/// <summary>What a household may have beside its shelves, in the words of the home broker; null for what it has not.</summary>
internal sealed class ExtraParts(AttentionPost? attention = null, ClockWatch? clock = null, ClimateTeller? climate = null)
{
    /// <summary>Tells of its fridges, freezers and rooms.</summary>
    public ClimateTeller? Climate => climate;

    /// <summary>Whether it has any of them.</summary>
    public bool Any => attention is not null || clock is not null;

    /// <summary>How they are.</summary>
    public (string? Attention, string? Clock) Now => (attention is null ? null : Word(attention.State.Level), clock is null ? null : Word(clock.State));

    private static string Word<T>(T state)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
