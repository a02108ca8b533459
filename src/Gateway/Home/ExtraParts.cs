using System.Text.Json;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Clock;
using PantryChain.Gateway.Display;

namespace PantryChain.Gateway.Home;

/// <summary>What a household may have beside its shelves, in the words of the home broker; null for what it has not.</summary>
internal sealed class ExtraParts(AttentionPost? attention = null, ClockWatch? clock = null, ClimateTeller? climate = null, DisplayPost? display = null)
{
    /// <summary>Tells of its fridges, freezers and rooms.</summary>
    public ClimateTeller? Climate => climate;

    /// <summary>Whether it has any of them.</summary>
    public bool Any => attention is not null || clock is not null || display is not null;

    /// <summary>How they are.</summary>
    public (string? Attention, string? Clock, string? Display) Now =>
        (attention is null ? null : Word(attention.State.Level), clock is null ? null : Word(clock.State), display is null ? null : Word(display.State));

    private static string Word<T>(T state)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
