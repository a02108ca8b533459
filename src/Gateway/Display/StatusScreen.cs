using PantryChain.DeviceDrivers.Display;

namespace PantryChain.Gateway.Display;

/// <summary>Draws a picture of the pantry in 128 by 64 pixels: four slots, the delivery, the notice; six lines of ten pixels.</summary>
/// <remarks>A pure function. The content is a little smaller than the glass, so that it can be moved about and no pixel shines for years.</remarks>
internal static class StatusScreen
{
    /// <summary>Slots that are shown at once.</summary>
    public const int RowsAtOnce = 4;

    /// <summary>Columns and rows by which the content can be moved.</summary>
    public const int Room = 4;

    private const int Line = 10, Baseline = 9, ContentWidth = PixelFrame.Width - Room;
    private const int NameWidth = 66, BarLeft = 69, BarWidth = 30, BarHeight = 7;

    /// <summary>How many screens so many slots need.</summary>
    public static int ScreensOf(int rows) => Math.Max(1, (rows + RowsAtOnce - 1) / RowsAtOnce);

    /// <summary>Where the content stands after so many moves: every place of its room once before any of them again.</summary>
    public static (int X, int Y) PlaceOf(long moves) => ((int)(moves % Room), (int)(moves / Room % Room));

    /// <summary>One screen of a picture.</summary>
    /// <param name="picture">What to draw.</param>
    /// <param name="screen">Which of its screens, from 0.</param>
    /// <param name="place">Where the content stands.</param>
    public static PixelFrame Draw(StatusPicture picture, int screen, (int X, int Y) place)
    {
        PixelFrame frame = new();
        BitmapFont font = BitmapFont.Galmuri9;
        int top = place.Y;
        foreach (StatusRow row in picture.Rows.Skip(screen * RowsAtOnce).Take(RowsAtOnce))
        {
            Draw(frame, font, row, place.X, top);
            top += Line;
        }
        top = place.Y + (RowsAtOnce * Line);
        string number = ScreensOf(picture.Rows.Count) is > 1 and int screens ? $"{screen + 1}/{screens}" : "";
        int room = number.Length == 0 ? ContentWidth : ContentWidth - font.WidthOf(number) - 3;
        font.Draw(frame, font.Cut(picture.Delivery, room), place.X, top + Baseline);
        font.Draw(frame, number, place.X + ContentWidth - font.WidthOf(number), top + Baseline);
        top += Line;
        font.Draw(frame, font.Cut(picture.Notice, ContentWidth - 4), place.X + 2, top + Baseline);
        if (picture.IsTrouble)
            frame.Invert(place.X, top, ContentWidth, Line);
        return frame;
    }

    private static void Draw(PixelFrame frame, BitmapFont font, StatusRow row, int left, int top)
    {
        font.Draw(frame, font.Cut(row.Name, NameWidth), left, top + Baseline);
        string days = font.Cut(row.Days, ContentWidth - BarLeft - BarWidth - 1);
        font.Draw(frame, days, left + ContentWidth - font.WidthOf(days), top + Baseline);
        if (row.Share is not { } share)
            return;
        frame.Outline(left + BarLeft, top + 1, BarWidth, BarHeight);
        double full = double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);
        int lit = (int)Math.Round(full * (BarWidth - 2));
        frame.Fill(left + BarLeft + 1, top + 2, full > 0 ? Math.Max(1, lit) : 0, BarHeight - 2);
    }
}
