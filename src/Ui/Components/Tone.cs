namespace PantryChain.Ui.Components;

/// <summary>What a badge, tile or message means; always said in words as well, never by colour alone.</summary>
public enum Tone : byte
{
    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Soon somebody should look.</summary>
    Warning,

    /// <summary>Somebody must act.</summary>
    Bad,

    /// <summary>Under way.</summary>
    Active,
}
